import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, posix, resolve } from 'node:path';
import type { ActionContext } from '../../engine/connectors/action.ts';
import { localHost } from '../../engine/connectors/host/local.ts';
import type { FileInfo, Host } from '../../engine/connectors/host.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Json } from '../../runbook/core/json.ts';

/** A path on a machine: on the engine's from the runbook's folder, on another from the login folder. */
export interface Place {
  readonly host: Host;
  readonly path: string;
}

/** Where the step's target is. `action` is named in errors. */
export async function onTarget(context: ActionContext, action: string, path: Json | undefined): Promise<Place> {
  return placeOn(await context.host(), context, action, path);
}

/** On the engine's own machine, whatever the step's target. */
export async function onEngine(context: ActionContext, action: string, path: Json | undefined): Promise<Place> {
  const { folder, environment, signal } = context;
  return placeOn(localHost({ folder, environment, signal }), context, action, path);
}

function placeOn(host: Host, { folder, environment }: ActionContext, action: string, path: Json | undefined): Place {
  const given = String(path ?? '');
  if (given === '' || given.includes('\0'))
    throw new ProblemError(problem('action-input', { action, why: 'a path is empty or holds a NUL' }));
  if (host.name !== 'local') return { host, path: given.startsWith('~/') ? `./${given.slice(2)}` : given };
  const home = given.startsWith('~/') ? join(environment.HOME ?? homedir(), given.slice(2)) : given;
  return { host, path: isAbsolute(home) ? home : resolve(folder, home) };
}

/** A plain file, or undefined where there is nothing. Throws `path-kind`. */
export async function fileAt({ host, path }: Place): Promise<FileInfo | undefined> {
  const found = await host.stat(path);
  if (found !== undefined && found.kind !== 'file') throw new ProblemError(problem('path-kind', { path, host: host.name }));
  return found;
}

/** Where a file of that name lies, for a path that may be a folder. */
export async function inFolder(place: Place, name: string): Promise<Place> {
  const { host, path } = place;
  if (!/[\\/]$/.test(path) && (await host.stat(path))?.kind !== 'folder') return place;
  return { host, path: host.name === 'local' ? join(path, basename(name)) : posix.join(path, posix.basename(name)) };
}

export async function sha256Of({ host, path }: Place, signal: AbortSignal): Promise<string> {
  if (host.name !== 'local') {
    // On the other side, so that the bytes need not come over once more.
    const { stdout } = await host.run('sha256sum <"$1" 2>/dev/null || shasum -a 256 <"$1" 2>/dev/null', { args: [path], signal });
    const [found] = /^[0-9a-f]{64}\b/.exec(stdout) ?? [];
    if (found !== undefined) return found;
  }
  const hash = createHash('sha256');
  for await (const chunk of host.read(path, signal)) hash.update(chunk);
  return hash.digest('hex');
}

/** What a step found and left at a place, for its undo: an output, so it holds no content. */
export interface Earlier extends Readonly<Record<string, Json>> {
  readonly on: 'target' | 'engine';
  readonly path: string;
  /** Where the earlier content is kept, beside it; empty where it was not kept, or where there was nothing. */
  readonly kept: string;
  readonly existed: boolean;
  /** Size and time of what the step left there. */
  readonly left: string;
}

/** A copy beside the file. The same for every attempt of a step: what the first one found is what an undo wants back. */
export function keptPath({ host, path }: Place, { run, step }: ActionContext): string {
  const mark = createHash('sha256').update(`${run}\n${step}`).digest('hex').slice(0, 12);
  const { dirname: folderOf, basename: nameOf, join: joined } = host.name === 'local' ? { dirname, basename, join } : posix;
  return joined(folderOf(path), `.${nameOf(path)}.runwright-${mark}`);
}

/** Keeps what is there, and gives where. */
export async function keep(place: Place, context: ActionContext, found: FileInfo): Promise<string> {
  const kept = keptPath(place, context);
  if ((await place.host.stat(kept)) === undefined)
    await place.host.write(kept, place.host.read(place.path, context.signal), { mode: found.mode, signal: context.signal });
  return kept;
}

export const stampOf = (found: FileInfo | undefined): string => (found === undefined ? '' : `${found.size} ${found.modified}`);
