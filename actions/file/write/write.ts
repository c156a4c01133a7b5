import type { ActionCode } from '../../../engine/connectors/action.ts';
import type { FileInfo } from '../../../engine/connectors/host.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { type Earlier, fileAt, keep, onTarget, type Place, stampOf } from '../place.ts';

export const fileWrite: ActionCode = async (input, context) => {
  const { log, signal } = context;
  const content = contentOf(input);
  const place = await onTarget(context, 'file/write', input.path);
  const { host, path } = place;
  const found = await fileAt(place);
  if (found !== undefined && input.overwrite === false) throw new ProblemError(problem('path-exists', { path, host: host.name }));
  const mode = input.mode === undefined ? undefined : Number.parseInt(String(input.mode), 8);
  const append = input.append === true && found !== undefined;
  const changed = append ? content.length > 0 : !(await isSame(place, found, content, mode, signal));
  const size = content.length + (append ? found.size : 0);
  const outputs = { path, size, changed, created: found === undefined };
  const what = !changed ? 'is as wanted already' : found === undefined ? `is new, ${size} bytes` : `had ${found.size} bytes, gets ${size}`;
  if (input.check === true) {
    log(`${path} ${what}; nothing is written`);
    return { kind: 'succeeded', outputs };
  }
  log(`${path} ${what}`);
  if (!changed) return { kind: 'succeeded', outputs };
  const kept = found !== undefined && input.keep !== false ? await keep(place, context, found) : '';
  await host.write(path, append ? after(place, content, signal) : content, { ...(mode === undefined ? {} : { mode }), signal });
  const earlier: Earlier = { on: 'target', path, kept, existed: found !== undefined, left: stampOf(await host.stat(path)) };
  return { kind: 'succeeded', outputs: { ...outputs, earlier } };
};

function contentOf({ content, json, base64 }: Readonly<Record<string, Json>>): Buffer {
  const given = [content, json, base64].filter((one) => one !== undefined).length;
  if (given !== 1)
    throw new ProblemError(problem('action-input', { action: 'file/write', why: 'give one of `content`, `json` and `base64`' }));
  if (json !== undefined) return Buffer.from(`${JSON.stringify(json, null, 2)}\n`);
  if (base64 === undefined) return Buffer.from(String(content));
  const text = String(base64).replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    throw new ProblemError(problem('action-input', { action: 'file/write', why: 'base64 is not valid' }));
  return Buffer.from(text, 'base64');
}

async function isSame(
  { host, path }: Place,
  found: FileInfo | undefined,
  content: Buffer,
  mode: number | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (found === undefined || found.size !== content.length || (mode !== undefined && mode !== found.mode)) return false;
  let at = 0;
  for await (const chunk of host.read(path, signal)) {
    if (!chunk.equals(content.subarray(at, at + chunk.length))) return false;
    at += chunk.length;
  }
  return at === content.length;
}

async function* after({ host, path }: Place, content: Buffer, signal: AbortSignal): AsyncGenerator<Buffer> {
  yield* host.read(path, signal);
  yield content;
}
