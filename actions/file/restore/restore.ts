import type { ActionCode } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { fileAt, onEngine, onTarget, sha256Of, stampOf } from '../place.ts';

export const fileRestore: ActionCode = async ({ earlier, check }, context) => {
  const { log, signal } = context;
  // Of a step that found everything as wanted.
  if (earlier === undefined || earlier === null) {
    log('nothing was changed, so there is nothing to put back');
    return { kind: 'succeeded', outputs: { restored: false } };
  }
  const { on, path, kept, existed, left } = fieldsOf(earlier);
  const place = await (on === 'engine' ? onEngine : onTarget)(context, 'file/restore', path);
  const { host } = place;
  const found = await fileAt(place);
  if (!existed && found === undefined) {
    log(`${path} is not there, as before`);
    return { kind: 'succeeded', outputs: { restored: false } };
  }
  const keptFile = kept === '' ? undefined : await host.stat(kept);
  if (existed && keptFile === undefined)
    throw new ProblemError(problem('path-missing', { path: kept || `earlier content of ${path}`, host: host.name }));
  // An earlier attempt may have put it back and not removed what was kept.
  const isBack = async () =>
    existed && found !== undefined && (await sha256Of(place, signal)) === (await sha256Of({ host, path: kept }, signal));
  if (stampOf(found) !== left && !(await isBack()))
    throw new ProblemError(problem('path-changed', { path, host: host.name, kept: kept || 'no place: there was nothing' }));
  const would = check === true ? ' (not done: only looked at)' : '';
  log(existed ? `${path} gets back what it had${would}` : `${path} was not there and is removed${would}`);
  if (check === true) return { kind: 'succeeded', outputs: { restored: false } };
  if (keptFile) await host.write(path, host.read(kept, signal), { signal, mode: keptFile.mode });
  await host.run('rm -f -- "$1"', { args: [existed ? kept : path], signal });
  return { kind: 'succeeded', outputs: { restored: true } };
};

function fieldsOf(earlier: Json) {
  const given =
    typeof earlier === 'object' && earlier !== null && !Array.isArray(earlier) ? (earlier as Readonly<Record<string, Json>>) : {};
  const { on, path, kept, existed, left } = given;
  if (typeof path !== 'string' || typeof kept !== 'string' || typeof left !== 'string' || typeof existed !== 'boolean')
    throw new ProblemError(problem('action-input', { action: 'file/restore', why: '`earlier` is not what a step gave' }));
  return { on, path, kept, existed, left };
}
