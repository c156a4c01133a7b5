import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { fileAt, onTarget } from '../../file/place.ts';
import { parsedJson } from '../../file/read/read.ts';
import { parsePath, select } from './path.ts';

const largest = 64 * 1024 * 1024;

export const jsonSelect: ActionCode = async (input, context) => {
  const path = parsePath(String(input.path ?? ''));
  if ('wrong' in path) throw wrongInput(`path: ${path.wrong}`);
  const value = await sourceOf(input, context);
  const found = select(value, path);
  const many = path.includes('all');
  context.log(`${found.length} found`);
  if (found.length === 0 && !many && input.default === undefined) {
    const why = value === null || typeof value !== 'object' ? 'the value is neither a list nor an object' : 'no such key or item is there';
    throw new ProblemError(problem('select-nothing', { path: String(input.path ?? ''), why }));
  }
  const [first] = found;
  return {
    kind: 'succeeded',
    outputs: { value: many ? found : (first ?? input.default ?? null), found: found.length > 0, count: found.length },
  };
};

async function sourceOf({ from, text, file }: Readonly<Record<string, Json>>, context: ActionContext): Promise<Json> {
  if ([from, text, file].filter((one) => one !== undefined).length !== 1) throw wrongInput('give one of `from`, `text` and `file`');
  if (from !== undefined) return from;
  if (text !== undefined) return parsedJson(String(text), (why) => wrongInput(`text is not valid JSON: ${why}`));
  const place = await onTarget(context, 'json/select', file);
  const { host, path } = place;
  const found = await fileAt(place);
  if (found === undefined) throw new ProblemError(problem('path-missing', { path, host: host.name }));
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of host.read(path, context.signal)) {
    size += chunk.length;
    if (size > largest)
      throw new ProblemError(
        problem('file-too-large', { path, host: host.name, size: String(Math.max(size, found.size)), limit: String(largest) }),
      );
    parts.push(chunk);
  }
  // A mark of the byte order is no part of JSON.
  const content = Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  return parsedJson(content, (why) => new ProblemError(problem('file-content', { path, what: 'valid JSON', why })));
}

const wrongInput = (why: string) => new ProblemError(problem('action-input', { action: 'json/select', why }));
