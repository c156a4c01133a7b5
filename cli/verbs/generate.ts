import { randomBytes } from 'node:crypto';
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Generated, InputFile } from '../../copilot/generate/generate.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { exit } from '../lib/exit.ts';
import { usage } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import { oneLine, plainText } from '../lib/safe-text.ts';
import { toolsOf } from '../lib/tools.ts';
import type { Verb } from '../verb.ts';
import { runFile } from './run.ts';

interface Options {
  readonly inputFiles?: readonly string[];
  readonly outputs?: readonly string[];
  readonly export?: string;
  readonly execute?: boolean;
  readonly json?: boolean;
}

export const generate: Verb = {
  name: 'generate',
  declare: (command, act) =>
    command
      .description('make a runbook of a problem in words, from the catalogue of actions')
      .argument('<text>', 'what is to be done')
      .option('--input-files <files...>', 'files to start from; their kind and columns are looked at')
      .option('--outputs <files...>', 'files that should come out')
      .option('--export <file>', 'write the runbook there; it must not exist yet')
      .option('--execute', 'run it too, with the questions that "run" asks; only when nothing is missing')
      .option('--json', 'print one JSON object')
      .action(act(make)),
};

async function make(io: Io, text: string, options: Options): Promise<number> {
  if (text.trim() === '') throw usage('generate', 'The text is empty.');
  const { generate: assemble } = await import('../../copilot/generate/generate.ts');
  const { language } = await toolsOf(options.export);
  const inputs = await Promise.all((options.inputFiles ?? []).map(sniff));
  const place = options.export ?? (options.execute === true ? freshName(text) : undefined);
  const wanted = { text, inputs, outputs: options.outputs ?? [], ...(place === undefined ? {} : { up: upFrom(place) }) };
  const made = assemble(wanted, await language.actions());
  if (made === undefined) throw new ProblemError(problem('generate-nothing', {}));
  const complete = made.missing.length === 0;
  const diagnostics = await language.check(made.text, place);
  const wrong = diagnostics.filter(({ severity }) => severity === 'error');
  const runs = options.execute === true && complete && wrong.length === 0;
  const file = complete && (options.export !== undefined || runs) ? place : undefined;
  if (file !== undefined) await writeNew(file, made.text);
  if (options.json) {
    const { text: runbook, actions, missing, confidence, estimate, reasons } = made;
    const shown = {
      runbook,
      ...(file === undefined ? {} : { file }),
      actions: actions.map(({ uses, with: given }) => ({ uses, with: given })),
    };
    const open = missing.map(({ index: _index, ...piece }) => piece);
    // The lines of a run follow it, so it is one line itself.
    io.out(`${JSON.stringify({ ...shown, missing: open, confidence, estimateMs: estimate, reasons, diagnostics }, null, runs ? 0 : 2)}\n`);
  } else print(io, made, file, runs);
  if (!complete) return exit.usage;
  if (options.execute === true && !runs)
    throw new ProblemError(problem('generate-unrun', { why: wrong.map(({ line, message }) => `line ${line}: ${message}`).join(' ') }));
  return runs && file !== undefined ? runFile(io, file, { json: options.json === true }) : exit.completed;
}

/** Paths of a runbook start at its folder, those of a command where it is called. */
function upFrom(file: string): string {
  const up = relative(dirname(resolve(file)), process.cwd());
  return up === '' ? '' : `${up.split(sep).join('/')}/`;
}

/** Under the folder that the command is called in: what it says about files is meant from there. */
function freshName(text: string): string {
  const words = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return join('.runwright', 'generated', `${words || 'runbook'}-${randomBytes(4).toString('hex')}.runbook.yaml`);
}

function print(io: Io, made: Generated, file: string | undefined, runs: boolean): void {
  const { missing, reasons, confidence, estimate, actions } = made;
  io.out(`${io.terminal ? plainText(made.text) : made.text}`);
  io.err(
    `\n${actions.length} ${actions.length === 1 ? 'action' : 'actions'}, confidence ${Math.round(confidence * 100)} %, about ${Math.max(1, Math.round(estimate / 1000))} s\n`,
  );
  for (const { choice, why } of reasons) io.err(`  ${io.errStyle('dim', `${oneLine(choice)}: ${oneLine(why)}`)}\n`);
  for (const { action, question, options } of missing)
    io.err(
      `${io.errStyle('yellow', 'missing')} ${action}: ${oneLine(question)}${options.length === 0 ? '' : ` (${options.join(', ')})`}\n`,
    );
  if (missing.length > 0) io.err('Say what is missing in the text, and ask again; nothing was written.\n');
  else if (runs) io.err(`Written: ${oneLine(file ?? '')}. It is run now.\n`);
  else if (file !== undefined) io.err(`Written: ${oneLine(file)}. Look at it, then use "runwright run ${oneLine(file)}".\n`);
}

/** Never over a file that is there. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ProblemError(problem('generate-unwritten', { file, why: code === 'EEXIST' ? 'it exists already' : message }));
  }
}

/** Bytes of a file that are looked at. */
const looked = 64 * 1024;

/** What kind of file it is, by its name, and its columns, by its first line. A file that is not there has none. */
async function sniff(path: string): Promise<InputFile> {
  const kind = /\.[ct]sv$/i.test(path) ? 'csv' : /\.(?:jsonl?|ndjson)$/i.test(path) ? 'json' : /\.xlsx$/i.test(path) ? 'excel' : 'other';
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new ProblemError(problem('file-missing', { file: path }));
  if (kind !== 'csv' && kind !== 'json') return { path, kind, columns: [] };
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(looked), 0, looked, 0);
    const text = buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
    return { path, kind, columns: kind === 'csv' ? header(text) : members(text) };
  } finally {
    await handle.close();
  }
}

function header(text: string): string[] {
  const [line = ''] = text.split(/\r?\n/, 1);
  const delimiter = [',', ';', '\t', '|'].sort((a, b) => line.split(b).length - line.split(a).length)[0] ?? ',';
  return line
    .split(delimiter)
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '')
    .slice(0, 200);
}

/** Names of the first object that begins and ends in the text. */
function members(text: string): string[] {
  const first = /\{[^{}]*\}/.exec(text)?.[0];
  try {
    return first === undefined ? [] : Object.keys(JSON.parse(first) as object).slice(0, 200);
  } catch {
    return [];
  }
}
