import { createHash } from 'node:crypto';
import { realpath, rename, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { EngineClient } from '../../client/client.ts';
import { EngineError } from '../../client/errors.ts';
import type { Ticket } from '../../copilot/act.ts';
import type { Answer, Given } from '../../copilot/ask.ts';
import type { Sources } from '../../copilot/context/ports.ts';
import type { Proposal } from '../../copilot/proposals/proposal.ts';
import type { Model } from '../../copilot/providers/model.ts';
import type { Starter } from '../../copilot/tools/ports.ts';
import type { CallRecord } from '../../copilot/tools/toolbox.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { withEngine } from '../lib/engine.ts';
import { exit } from '../lib/exit.ts';
import { asProblem, sentence } from '../lib/fail.ts';
import { usage } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import { Interrupted } from '../lib/prompt.ts';
import { loadText } from '../lib/runbook.ts';
import { oneLine, plainText } from '../lib/safe-text.ts';
import { readSource } from '../lib/sources.ts';
import { toolsOf } from '../lib/tools.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly file?: string;
  readonly run?: string;
  readonly step?: string;
  readonly ticket?: string;
  readonly apply?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
}

export const ask: Verb = {
  name: 'ask',
  declare: (command, act) =>
    command
      .description('ask the copilot about a runbook or a run')
      .argument('<text>', 'the question')
      .option('--file <file>', 'the runbook it is about')
      .option('--run <run>', 'the run it is about; else the last one of the file that did not end well')
      .option('--step <path>', 'the step it is about')
      .option('--ticket <file>', 'a JSON file { title, description, severity, source, labels } that the text may point at')
      .option('--apply', 'write the proposed edit into the file, if it is valid')
      .option('--offline', 'answer by rules, whatever model is chosen')
      .option('--json', 'print the answer as one JSON object')
      .action(act(answer)),
};

async function answer(io: Io, text: string, options: Options): Promise<number> {
  if (text.trim() === '') throw usage('ask', 'The question is empty.');
  const documents = options.file === undefined ? undefined : await openFile(options.file);
  const ticket = options.ticket === undefined ? undefined : await readTicket(options.ticket);
  const model = options.offline ? undefined : await chosenModel(io);
  const { ask: askCopilot } = await import('../../copilot/ask.ts');
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new Interrupted());
  process.once('SIGINT', onInterrupt);
  let shown = false;
  const tools = await toolsOf(options.file);
  const given = await withRuns(io, options.run !== undefined, (runs, starter) =>
    askCopilot({
      text,
      sources: { documents, runs, run: options.run, step: options.step },
      model,
      acting: { catalog: () => tools.language.actions(), ...(ticket === undefined ? {} : { ticket }) },
      tools: { ...tools, ...(starter === undefined ? {} : { starter }) },
      signal: stop.signal,
      onContext: (context) => {
        for (const line of options.json ? [] : contextLines(context, model)) io.err(`${io.errStyle('dim', line)}\n`);
      },
      onText: (piece) => {
        shown = true;
        if (!options.json) io.out(io.terminal ? plainText(piece) : piece);
      },
      onStatus: (status) => io.err(`${io.errStyle('dim', oneLine(status))}\n`),
      onCall: (call) => io.err(`${io.errStyle('dim', callLine(call))}\n`),
    }),
  ).finally(() => process.off('SIGINT', onInterrupt));
  print(io, given, shown, options.json === true);
  if (options.apply === true) await applyEdit(io, given, options.file);
  return given.problem === undefined ? exit.completed : exit.failed;
}

function print(io: Io, given: Answer, shown: boolean, json: boolean): void {
  const { plan: _plan, ...printed } = given;
  if (json) io.out(`${JSON.stringify(printed, null, 2)}\n`);
  else {
    if (shown) io.out('\n');
    if (given.runbook)
      io.out(
        `\n${io.terminal ? plainText(given.runbook) : given.runbook}\nTo run it, save it as a .runbook.yaml file and use "runwright run FILE".\n`,
      );
    const { diagnosis } = given;
    if (diagnosis) {
      if (diagnosis.evidence)
        io.out(
          `\nEvidence:\n${diagnosis.evidence
            .split('\n')
            .map((line) => `  ${io.terminal ? oneLine(line) : line}`)
            .join('\n')}\n`,
        );
      if (diagnosis.remedies.length > 0)
        io.out(`\nWhat to do:\n${diagnosis.remedies.map((remedy) => `  - ${oneLine(remedy)}`).join('\n')}\n`);
    }
    for (const proposal of given.proposals ?? []) io.out(proposalText(proposal, io.terminal));
    io.err(
      `${io.errStyle('dim', given.model === 'offline' ? 'Answered by rules, without a model.' : `Answered by ${oneLine(given.model)}.`)}\n`,
    );
  }
  if (given.problem) io.err(sentence(io, given.problem));
}

/** Writes the proposal over the file it was made for, whole or not at all, and only if that file is still the same. */
async function applyEdit(io: Io, given: Answer, file: string | undefined): Promise<void> {
  const proposal = given.proposals?.findLast((one) => one.kind === 'edit');
  if (file === undefined || proposal === undefined || proposal.diagnostics.some(({ severity }) => severity === 'error'))
    throw new ProblemError(
      problem('edit-none', {
        why:
          file === undefined
            ? 'no file was given with --file'
            : proposal === undefined
              ? 'no edit was proposed'
              : 'the proposed edit has errors',
      }),
    );
  if (digest(await readSource(file)) !== proposal.base) throw new ProblemError(problem('edit-stale', { file }));
  const real = await realpath(file);
  const written = `${real}.${process.pid}.tmp`;
  await writeFile(written, proposal.text, { mode: (await stat(file)).mode });
  await rename(written, real);
  io.err(`${io.errStyle('dim', `Written: ${oneLine(file)}`)}\n`);
}

const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A ticket's words are data: only the parts that are known are taken. */
async function readTicket(file: string): Promise<Ticket> {
  const wrong = (why: string) => new ProblemError(problem('ticket-invalid', { file, why }));
  let value: unknown;
  try {
    value = JSON.parse(await readSource(file));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw wrong('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('it is not an object');
  const { title, description, severity, source, labels } = value as Record<string, unknown>;
  if (typeof title !== 'string' || title.trim() === '') throw wrong('it has no title');
  const text = (part: unknown, name: string) => {
    if (part === undefined || part === null) return {};
    if (typeof part !== 'string') throw wrong(`its ${name} is not text`);
    return { [name]: part };
  };
  const list = Array.isArray(labels) ? { labels: labels.filter((label) => typeof label === 'string') } : {};
  return { title, ...text(description, 'description'), ...text(severity, 'severity'), ...text(source, 'source'), ...list };
}

/** What would change, line by line; nothing is written. */
function proposalText(proposal: Proposal, terminal: boolean): string {
  const lines = (mark: string, text: string) => text.split(/\r?\n/).map((line) => `${mark} ${terminal ? oneLine(line) : line}`);
  const wrong = proposal.diagnostics.filter(({ severity }) => severity === 'error');
  return [
    `\nProposed ${proposal.kind === 'edit' ? 'change of' : 'runbook'} ${oneLine(proposal.file)}: ${oneLine(proposal.summary)}`,
    ...wrong.map(({ line, message }) => `  It does not validate: line ${line}, ${oneLine(message)}`),
    ...(proposal.kind === 'new'
      ? lines('+', proposal.text)
      : proposal.edits.flatMap(({ range, newText }) => [
          `@ line ${range.start.line + 1} to ${range.end.line + 1}`,
          ...lines('+', newText),
        ])),
    '',
  ].join('\n');
}

/** Every tool that a model asked for is told, also one that was refused. */
const callLine = ({ summary, refused }: CallRecord): string =>
  oneLine(refused === undefined ? summary : `${summary}: not done. ${refused}`);

function contextLines(given: Given, model: Model | undefined): string[] {
  const blocks = given.blocks.map((block) => `${block.heading.replace(/^#+ /, '')} (${block.characters} characters)`);
  const what = model === undefined ? 'Looked at' : `Sent to ${oneLine(model.name)}`;
  return [...(blocks.length === 0 ? [] : [`${what}: ${blocks.join(', ')}`]), ...given.notes.map(oneLine)];
}

async function openFile(file: string): Promise<Sources['documents']> {
  const text = await readSource(file);
  const { rows } = await loadText(text, file);
  const diagnostics = rows.map(({ line, severity, code, message }) => ({ line, severity, code, message }));
  return { open: async () => ({ file: resolve(file), text, unsaved: false, diagnostics }) };
}

/** A model is used only when one was chosen for this program: a key that lies around for others is no choice. */
async function chosenModel(io: Io): Promise<Model | undefined> {
  const { RUNWRIGHT_AI_BASE_URL: baseUrl, RUNWRIGHT_AI_MODEL: model, OPENAI_API_KEY: key } = io.env;
  if (!baseUrl && !model) return undefined;
  const { openAiModel } = await import('../../copilot/providers/openai.ts');
  return openAiModel({ baseUrl: baseUrl || 'https://api.openai.com/v1', model: model || 'gpt-5-mini', ...(key ? { key } : {}) });
}

/** The reading half of the client; a run that is not there is the catalogue's own problem, which ends the command. */
function runsOf(client: EngineClient): Sources['runs'] {
  return {
    list: (query) => client.list(query),
    output: (run, step) => client.output(run, step),
    show: (run, query) =>
      client.show(run, query).catch((error: unknown) => {
        throw error instanceof EngineError && error.error.code === 'run-unknown'
          ? new ProblemError(problem('run-unknown', { run }))
          : error;
      }),
  };
}

/** The copilot gets a token that cannot approve. Without an engine a question about a file can still be answered. */
async function withRuns(io: Io, needed: boolean, work: (runs: Sources['runs'], starter?: Starter) => Promise<Answer>): Promise<Answer> {
  let working = false;
  try {
    return await withEngine(
      io.env,
      (client) => {
        working = true;
        return work(runsOf(client), { start: ({ file, inputs }) => client.start({ file, inputs: { ...inputs }, via: 'chat' }) });
      },
      { token: 'assistant' },
    );
  } catch (error) {
    if (needed || working) throw error;
    io.err(sentence(io, asProblem(error)));
    return work(undefined);
  }
}
