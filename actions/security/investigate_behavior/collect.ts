import type { Host } from '../../../engine/connectors/host.ts';
import { ProblemError } from '../../../runbook/core/errors.ts';
import type { CaseFolder } from './case-folder.ts';
import { type Piece, prelude } from './pieces.ts';

export interface Collecting {
  readonly host: Host;
  readonly folder: CaseFolder;
  readonly signal: AbortSignal;
  /** Seconds since 1970, by the clock of the machine. */
  readonly since: number;
  readonly minutes: number;
  /** Most bytes of a piece. */
  readonly most: number;
  readonly folders: readonly string[];
}

/** What the manifest of a case says of one piece. */
export interface Collected {
  readonly file: string;
  readonly group: string;
  /** `partly`: cut at the limit or stopped after its time. `missing`: the machine does not have it, or does not show it. */
  readonly state: 'whole' | 'partly' | 'missing';
  readonly why?: string;
  /** After `prelude`, which the manifest has once. */
  readonly command: string;
  readonly args: readonly string[];
  /** ISO 8601, by the clock of the engine. */
  readonly started: string;
  readonly ended: string;
  /** Absent where it was stopped. */
  readonly exitCode?: number;
  readonly bytes: number;
  /** Absent where it is missing. */
  readonly sha256?: string;
  /** What it said beside the evidence. */
  readonly stderr?: string;
}

const kept = 2000;

/** Takes one piece. Throws a ProblemError where the machine cannot be worked on, and the reason of `signal` where that ends it. */
export async function collect(piece: Piece, { host, folder, signal, since, minutes, most, folders }: Collecting): Promise<Collected> {
  const args = [String(since), String(minutes), String(most), ...(piece.group === 'files' ? folders : [])];
  const enough = new AbortController();
  const late = AbortSignal.timeout(piece.seconds * 1000);
  const file = await folder.create(piece.file);
  const started = new Date();
  let taken = 0;
  let exitCode: number | undefined;
  let stderr = '';
  try {
    const ran = await host.run(`${prelude}${piece.script}`, {
      args,
      signal: AbortSignal.any([signal, enough.signal, late]),
      limit: kept,
      onStdout(chunk) {
        const fits = chunk.subarray(0, most - taken);
        taken += fits.length;
        if (fits.length > 0) file.add(fits);
        if (fits.length < chunk.length) enough.abort();
      },
    });
    exitCode = ran.exitCode;
    stderr = ran.stderr.trim();
  } catch (error) {
    if (error instanceof ProblemError || signal.aborted || !(enough.signal.aborted || late.aborted)) {
      await file.discard();
      throw error;
    }
  }
  const nothing = taken === 0 && exitCode !== undefined && exitCode !== 0 && (exitCode === 127 || stderr !== '');
  if (nothing) await file.discard();
  const { bytes, sha256 } = nothing ? { bytes: 0, sha256: '' } : await file.end();
  const said = {
    file: piece.file,
    group: piece.group,
    command: piece.script,
    args,
    started: started.toISOString(),
    ended: new Date().toISOString(),
    ...(exitCode === undefined ? {} : { exitCode }),
    bytes,
    ...(nothing ? {} : { sha256 }),
    ...(stderr === '' ? {} : { stderr }),
  };
  const cut = `it is longer than ${most / 1024 / 1024} MiB`;
  if (enough.signal.aborted) return { ...said, state: 'partly', why: cut };
  if (exitCode === undefined) return { ...said, state: 'partly', why: `it was stopped after ${piece.seconds} s` };
  if (bytes === most) return { ...said, state: 'partly', why: `${cut}, and only its end was taken` };
  if (nothing)
    return { ...said, state: 'missing', why: stderr.split('\n').at(-1)?.slice(0, 300) || 'a program for it is not installed there' };
  return { ...said, state: 'whole' };
}
