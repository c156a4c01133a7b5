import type { ReportRow } from '../../runbook/report.ts';
import { exit } from '../lib/exit.ts';
import { usage } from '../lib/flags.ts';
import { count } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { problemLines } from '../lib/problem-lines.ts';
import { readStdin } from '../lib/prompt.ts';
import { loadText } from '../lib/runbook.ts';
import { readSource } from '../lib/sources.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly stdinName?: string;
  readonly json?: boolean;
}

const largestStdin = 64 * 1024 * 1024;

export const validate: Verb = {
  name: 'validate',
  declare: (command, act) =>
    command
      .description('check runbooks and say what is wrong, and where')
      .argument('<file...>', 'runbooks; `-` is standard input')
      .option('--stdin-name <file>', 'the name that problems of standard input are given')
      .option('--json', 'print a JSON array')
      .action(act(check)),
};

async function check(io: Io, files: readonly string[], options: Options): Promise<number> {
  if (options.stdinName !== undefined && !files.includes('-')) throw usage('validate', '--stdin-name needs `-` among the files.');
  const rows: ReportRow[] = [];
  const printed: string[] = [];
  for (const file of new Set(files)) {
    const text = file === '-' ? await stdinText() : await readSource(file);
    const found = (await loadText(text, file === '-' ? (options.stdinName ?? '<stdin>') : file)).rows;
    rows.push(...found);
    if (options.json) continue;
    const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
    for (const row of found) printed.push(...problemLines(io.style, row, lines));
  }
  const errors = rows.filter((row) => row.severity === 'error').length;
  if (options.json) io.out(`${JSON.stringify(rows, null, 2)}\n`);
  else io.out(`${[...printed, summary(rows.length, errors, new Set(files).size)].join('\n')}\n`);
  return errors === 0 ? exit.completed : exit.failed;
}

async function stdinText(): Promise<string> {
  const bytes = await readStdin(largestStdin).catch(() => {
    throw usage('validate', 'Standard input is longer than 64 MiB.');
  });
  return bytes.toString('utf8');
}

function summary(problems: number, errors: number, files: number): string {
  const where = `in ${count(files, 'file')}`;
  return problems === 0 ? `No problem ${where}.` : `${count(problems, 'problem')} ${where}, ${count(errors, 'error')} among them.`;
}
