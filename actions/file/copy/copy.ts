import { createHash } from 'node:crypto';
import type { ActionCode } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { type Earlier, fileAt, inFolder, keep, onEngine, onTarget, type Place, sha256Of, stampOf } from '../place.ts';

export const fileCopy: ActionCode = async (input, context) => {
  const { log, signal } = context;
  const fetches = input.direction === 'from-target';
  const source = await (fetches ? onTarget : onEngine)(context, 'file/copy', input.from);
  const target = await (fetches ? onEngine : onTarget)(context, 'file/copy', input.to);
  const given = await fileAt(source);
  if (given === undefined) throw new ProblemError(problem('path-missing', { path: source.path, host: source.host.name }));
  const place = await inFolder(target, source.path);
  const found = await fileAt(place);
  if (found !== undefined && input.overwrite === false)
    throw new ProblemError(problem('path-exists', { path: place.path, host: place.host.name }));
  const sha256 = await sha256Of(source, signal);
  const mode = input.mode === undefined ? given.mode & 0o777 : Number.parseInt(String(input.mode), 8);
  const same = found !== undefined && found.size === given.size && found.mode === mode && (await sha256Of(place, signal)) === sha256;
  const outputs = { path: place.path, size: given.size, sha256, changed: !same, created: found === undefined };
  log(
    `${wordsOf(source)} ${same ? 'is the same as' : input.check === true ? 'would go to' : 'goes to'} ${wordsOf(place)}, ${given.size} bytes`,
  );
  if (same || input.check === true) return { kind: 'succeeded', outputs };
  const kept = found !== undefined && input.keep !== false ? await keep(place, context, found) : '';
  const hash = createHash('sha256');
  const bytes = async function* () {
    for await (const chunk of source.host.read(source.path, signal)) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await place.host.write(place.path, bytes(), { mode, signal });
  const [read, written] = [hash.digest('hex'), await sha256Of(place, signal)];
  if (read !== sha256 || written !== sha256) throw new ProblemError(problem('copy-differs', { from: wordsOf(source), to: wordsOf(place) }));
  const on = fetches ? 'engine' : 'target';
  const earlier: Earlier = { on, path: place.path, kept, existed: found !== undefined, left: stampOf(await place.host.stat(place.path)) };
  return { kind: 'succeeded', outputs: { ...outputs, earlier } };
};

const wordsOf = ({ host, path }: Place): string => `${path} on ${host.name}`;
