import type { EngineClient } from '../../client/client.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import { count } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { oneLine } from '../lib/safe-text.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly json?: boolean;
}

export const audit: Verb = {
  name: 'audit',
  declare: (command, act) => {
    command.description('check the journal, or print all of it');
    command
      .command('verify')
      .description("check every run's chain of events from its first one")
      .option('--json', 'print JSON')
      .action(act(verify));
    command
      .command('export')
      .description('print every event as one line of JSON, and last where each chain ends')
      .action(act((io) => withEngine(io.env, (client) => exportAll(io, client))));
  },
};

async function verify(io: Io, options: Options): Promise<number> {
  const report = await withEngine(io.env, (client) => client.auditVerify());
  const whole = report.damages.length === 0;
  if (options.json) io.out(`${JSON.stringify({ ok: whole, ...report }, null, 2)}\n`);
  else {
    for (const { run, why } of report.damages) io.out(`${oneLine(run)}: ${oneLine(why)}\n`);
    const pruned = report.pruned === 0 ? '' : `, ${count(report.pruned, 'run')} of them pruned to hashes`;
    const sums = `${count(report.events, 'event')} of ${count(report.runs, 'run')}${pruned}`;
    io.out(
      whole ? `The journal is whole: ${sums}.\n` : `The journal is damaged (${sums}). What is damaged is not run any more; the rest is.\n`,
    );
  }
  return whole ? exit.completed : exit.failed;
}

/** The heads come last: they cover all that was printed before. */
async function exportAll(io: Io, client: EngineClient): Promise<number> {
  for (let after = 0; ; ) {
    const events = await client.auditEvents(after);
    const last = events.at(-1);
    if (!last) break;
    io.out(events.map((event) => `${JSON.stringify({ type: 'event', ...event })}\n`).join(''));
    after = last.cursor;
  }
  io.out(`${JSON.stringify({ type: 'heads', time: new Date().toISOString(), heads: await client.auditHeads() })}\n`);
  return exit.completed;
}
