import { createHash } from 'node:crypto';
import { TextDecoder } from 'node:util';
import type { ActionCode } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { fileAt, onTarget } from '../place.ts';

const usualLimit = 256 * 1024;

export const fileRead: ActionCode = async (input, context) => {
  const place = await onTarget(context, 'file/read', input.path);
  const { host, path } = place;
  const limit = typeof input['max-bytes'] === 'number' ? input['max-bytes'] : usualLimit;
  const found = await fileAt(place);
  if (found === undefined) {
    if (input.optional !== true) throw new ProblemError(problem('path-missing', { path, host: host.name }));
    context.log(`${path} is not there`);
    return { kind: 'succeeded', outputs: { exists: false, path } };
  }
  const tooLarge = (size: number) =>
    new ProblemError(problem('file-too-large', { path, host: host.name, size: String(size), limit: String(limit) }));
  if (found.size > limit) throw tooLarge(found.size);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of host.read(path, context.signal)) {
    size += chunk.length;
    // It may have grown, and files of the kernel say that they have no bytes.
    if (size > limit) throw tooLarge(size);
    parts.push(chunk);
  }
  const bytes = Buffer.concat(parts);
  context.log(`${size} bytes of ${path}`);
  const known = {
    exists: true,
    path,
    size,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    modified: new Date(found.modified).toISOString(),
  };
  return { kind: 'succeeded', outputs: { ...known, ...(await contentOf(bytes, input, path)) } };
};

async function contentOf(bytes: Buffer, input: Readonly<Record<string, Json>>, path: string): Promise<Record<string, Json>> {
  const wrong = (what: string, why: string) => new ProblemError(problem('file-content', { path, what, why }));
  if (input.as === 'base64') return { content: bytes.toString('base64') };
  const content = decoded(bytes, String(input.encoding ?? 'utf-8'), wrong);
  switch (input.as) {
    case 'lines':
      return { lines: content === '' ? [] : content.replace(/\r?\n$/, '').split(/\r?\n/) };
    case 'json':
      return { value: parsedJson(content, (why) => wrong('valid JSON', why)) };
    case 'yaml':
      return { value: await parsedYaml(content, (why) => wrong('valid YAML', why)) };
    default:
      return { content };
  }
}

function decoded(bytes: Buffer, encoding: string, wrong: (what: string, why: string) => Error): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new ProblemError(problem('action-input', { action: 'file/read', why: 'encoding is none that is known' }));
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw wrong(`text in ${decoder.encoding}`, 'it holds bytes that are no characters there');
  }
}

/** A parser quotes what it stumbles over, which may be what is not for a log. */
export function parsedJson(text: string, wrong: (why: string) => Error): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = /position (\d+)/.exec(String(error))?.[1];
    throw wrong(at === undefined ? 'it ends too early' : `line ${text.slice(0, Number(at)).split('\n').length}`);
  }
}

async function parsedYaml(text: string, wrong: (why: string) => Error): Promise<Json> {
  const { parse } = await import('yaml');
  try {
    return JSON.parse(JSON.stringify(parse(text, { maxAliasCount: 100, merge: true }) ?? null));
  } catch (error) {
    const at = error instanceof Error && 'linePos' in error ? (error.linePos as { line: number }[] | undefined)?.[0]?.line : undefined;
    throw wrong(at === undefined ? 'it cannot be read' : `line ${at}`);
  }
}
