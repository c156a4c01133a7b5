import type { EngineClient } from '../../client/client.ts';
import { EngineError } from '../../client/errors.ts';
import type { StartRun } from '../../protocol/api.ts';
import type { ErrorView, RunDetail } from '../../protocol/run.ts';
import { usage } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import { ask, Interrupted } from '../lib/prompt.ts';
import { oneLine } from '../lib/safe-text.ts';

export interface Start {
  /** Absolute. */
  readonly file: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly step?: string;
  /** `step.output=value` as typed. */
  readonly given?: readonly string[];
}

type Given = Record<string, Record<string, unknown>>;

/** Starts a run. Who names a file on the command line vouches for that one file, this once. What a single step lacks is asked for where that is possible. */
export async function startRun(io: Io, client: EngineClient, start: Start, mayAsk: boolean): Promise<RunDetail> {
  const given = parseGiven(start.given ?? []);
  const request = () => ({ ...requestOf(io, start, given), trustOnce: true });
  try {
    return await client.start(request());
  } catch (error) {
    const needs = error instanceof EngineError && mayAsk ? neededOutputs(error.error) : [];
    if (needs.length === 0) throw error;
    io.err(`The step ${oneLine(start.step ?? '')} refers to outputs that no run of this file has yet.\n`);
    for (const { step, output } of needs) {
      const value = await ask(`${oneLine(step)}.${oneLine(output)}: `);
      if (value === undefined) throw new Interrupted();
      put(given, step, output, value);
    }
    return client.start(request());
  }
}

/** What a run is asked for with. */
export function requestOf(io: Io, start: Start, given: Given = parseGiven(start.given ?? [])): StartRun {
  return {
    file: start.file,
    inputs: { ...start.inputs },
    ...(start.step === undefined ? {} : { step: start.step }),
    ...(Object.keys(given).length === 0 ? {} : { given }),
    via: 'cli',
    env: environment(io.env),
  };
}

/** The step's path may hold dots, an output's name does not: the last one before `=` counts. */
function parseGiven(texts: readonly string[]): Given {
  const given: Given = {};
  for (const text of texts) {
    const [, step, output, value] = /^([^=]+)\.([^=.]+)=(.*)$/s.exec(text) ?? [];
    if (step === undefined || output === undefined || value === undefined)
      throw usage('run', `--given takes STEP.OUTPUT=VALUE, and was given ${JSON.stringify(text)}.`);
    put(given, step, output, value);
  }
  return given;
}

function put(given: Given, step: string, output: string, value: string): void {
  const outputs = Object.hasOwn(given, step) ? given[step] : undefined;
  Object.defineProperty(given, step, { value: { ...outputs, [output]: value }, enumerable: true, configurable: true, writable: true });
}

/** Empty when there is something among it that cannot be typed in. */
function neededOutputs(error: ErrorView): { step: string; output: string }[] {
  const needs = error.code === 'step-needs' ? error.data?.needs : undefined;
  if (!Array.isArray(needs)) return [];
  const typed = needs.flatMap(({ step, output }: { step?: unknown; output?: unknown }) =>
    typeof step === 'string' && typeof output === 'string' ? [{ step, output }] : [],
  );
  return typed.length === needs.length ? typed : [];
}

/** Only what a step may ever see leaves this process; the engine filters again. */
export function environment(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed =
    /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|SSH_AUTH_SOCK|(https?|no|all|ftp)_proxy|SystemRoot|ComSpec|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA|ProgramData|ProgramFiles.*|WINDIR)$/i;
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && passed.test(entry[0])),
  );
}
