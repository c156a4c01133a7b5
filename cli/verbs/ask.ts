import { dirname, resolve } from 'node:path';
import type { EngineClient } from '../../client/client.ts';
import { EngineError } from '../../client/errors.ts';
import type { Answer, Given } from '../../copilot/ask.ts';
import type { Sources } from '../../copilot/context/ports.ts';
import type { Proposal } from '../../copilot/proposals/proposal.ts';
import type { Model } from '../../copilot/providers/model.ts';
import type { Starter, ToolPorts } from '../../copilot/tools/ports.ts';
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
import type { Verb } from '../verb.ts';

interface Options {
  readonly file?: string;
  readonly run?: string;
  readonly step?: string;
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
      .option('--offline', 'answer by rules, whatever model is chosen')
      .option('--json', 'print the answer as one JSON object')
      .action(act(answer)),
};

async function answer(io: Io, text: string, options: Options): Promise<number> {
  if (text.trim() === '') throw usage('ask', 'The question is empty.');
  const documents = options.file === undefined ? undefined : await openFile(options.file);
  const model = options.offline ? undefined : await chosenModel(io);
  const { ask: askCopilot } = await import('../../copilot/ask.ts');
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new Interrupted());
  process.once('SIGINT', onInterrupt);
  let shown = false;
  const tools = model === undefined ? undefined : await toolsOf(options.file);
  const given = await withRuns(io, options.run !== undefined, (runs, starter) =>
    askCopilot({
      text,
      sources: { documents, runs, run: options.run, step: options.step },
      model,
      ...(tools === undefined ? {} : { tools: { ...tools, ...(starter === undefined ? {} : { starter }) } }),
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
  return given.problem === undefined ? exit.completed : exit.failed;
}

function print(io: Io, given: Answer, shown: boolean, json: boolean): void {
  if (json) io.out(`${JSON.stringify(given, null, 2)}\n`);
  else {
    if (shown) io.out('\n');
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

/** What a model's tools reach: the runbooks below the file's folder, or below this one. */
async function toolsOf(file: string | undefined): Promise<Omit<ToolPorts, 'sources'>> {
  const [{ libraryOf }, { Workspace }, { disk }, { builtInActions }] = await Promise.all([
    import('../lib/library.ts'),
    import('../../workspace/workspace.ts'),
    import('../../workspace/files.ts'),
    import('../../runbook/actions.ts'),
  ]);
  const beside = resolve(file ?? 'new.runbook.yaml');
  const workspace = new Workspace(disk, builtInActions, () => performance.now());
  return {
    language: {
      actions: async () => workspace.around(beside).actions,
      check: async (text, of) =>
        (await loadText(text, of ?? beside)).rows.map(({ line, severity, code, message }) => ({ line, severity, code, message })),
    },
    library: libraryOf(dirname(beside)),
  };
}

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
    show: (run) =>
      client.show(run).catch((error: unknown) => {
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
