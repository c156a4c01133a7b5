import { glob, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Host } from '../../../engine/connectors/host.ts';

/** More are refused: to search some of them would look like searching all. */
export const mostFiles = 1000;
/** With no separator of fields a name is only expanded, never divided. */
const expand = `IFS=
for pattern in "$@"; do for file in $pattern; do [ -f "$file" ] && printf '%s\\0' "$file"; done; done
:`;

/** The files that the names stand for, each once; a name without `*` and `?` stands for itself, there or not. */
export async function filesOf(host: Host, here: boolean, folder: string, names: readonly string[], signal: AbortSignal): Promise<string[]> {
  const found = new Set<string>();
  for (const given of names) {
    const name = here ? resolve(folder, given) : given;
    if (!/[*?]/.test(given)) found.add(name);
    else for (const file of await (here ? expandHere(given, folder) : expandThere(host, name, signal))) found.add(file);
  }
  return [...found];
}

async function expandHere(pattern: string, folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const found of glob(pattern, { cwd: folder })) {
    const file = resolve(folder, found);
    if ((await stat(file).catch(() => undefined))?.isFile()) files.push(file);
    if (files.length > mostFiles) break;
  }
  return files.sort();
}

async function expandThere(host: Host, pattern: string, signal: AbortSignal): Promise<string[]> {
  const { stdout } = await host.run(expand, { args: [pattern], signal });
  return stdout.split('\0').filter((file) => file !== '');
}
