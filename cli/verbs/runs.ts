import type { RunSummary } from '../../protocol/run.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import { wholeNumber } from '../lib/flags.ts';
import { localTime, table } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { runWords } from '../lib/words.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly json?: boolean;
  readonly limit: number;
}

export const runs: Verb = {
  name: 'runs',
  declare: (command, act) =>
    command
      .description('list the runs, the newest first')
      .option('--limit <n>', 'at most so many', wholeNumber(1, 1000), 50)
      .option('--json', 'print a JSON array')
      .action(act(list)),
};

async function list(io: Io, options: Options): Promise<number> {
  const found = await withEngine(io.env, (client) => client.list({ limit: options.limit }));
  if (options.json)
    io.out(
      `${JSON.stringify(
        found.map((run) => ({ ...run, finishedAt: run.finishedAt ?? null })),
        null,
        2,
      )}\n`,
    );
  else if (found.length === 0) io.out('Nothing has been run yet. `runwright run FILE` runs a runbook.\n');
  else io.out(`${lines(io, found).join('\n')}\n`);
  return exit.completed;
}

function lines(io: Io, found: readonly RunSummary[]): string[] {
  const rows = found.map((run) => [run.id, runWords[run.status].word, localTime(run.createdAt), run.requestedBy, run.runbook]);
  const [head, ...body] = table(['RUN', 'STATUS', 'STARTED', 'BY', 'RUNBOOK'], rows);
  const coloured = body.map((line, index) => {
    const run = found[index];
    if (run === undefined) return line;
    const { word, style } = runWords[run.status];
    const at = run.id.length;
    return line.slice(0, at) + line.slice(at).replace(word, io.style(style, word));
  });
  return [io.style('dim', head ?? ''), ...coloured];
}
