import { readFile, stat } from 'node:fs/promises';

const largest = 1024 * 1024;

/** What a YAML file of a workspace holds; undefined where there is none. `wrong` makes the error from the reason. */
export async function readShared(file: string, wrong: (why: string) => Error): Promise<unknown> {
  let text: string;
  try {
    const found = await stat(file);
    // A pipe would hold the engine up until somebody writes into it.
    if (!found.isFile()) throw wrong('it is not a file');
    if (found.size > largest) throw wrong('it is longer than 1 MiB');
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw wrong('the engine cannot read it');
  }
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 100, merge: true });
  } catch (error) {
    // A parser quotes the lines around, which may hold what is not for a log.
    const at = error instanceof Error && 'linePos' in error ? (error.linePos as { line: number }[] | undefined)?.[0]?.line : undefined;
    throw wrong(at === undefined ? 'it is not valid YAML' : `line ${at} is not valid YAML`);
  }
}
