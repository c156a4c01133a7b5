import { passPath, plannedAt } from './frames.ts';
import { openList } from './lists.ts';
import { reopenList } from './reopen.ts';
import type { State } from './state.ts';

/** Opens an item or a pass. Part of `evolve`. */
export function openPass(state: State, path: string, index: number, time: number): void {
  const step = state.steps[path];
  const at = step?.at;
  if (step === undefined || at?.kind !== 'open' || (at.what.verb !== 'for-each' && at.what.verb !== 'repeat')) return;
  state.turns++;
  const { verb } = plannedAt(state, path).step;
  const id = passPath(path, index);
  // What is left of an earlier try goes on where it failed.
  const again = at.what.verb === 'for-each' ? at.what.again !== undefined : at.what.again === index;
  const kept = again && state.frames[id] !== undefined;
  const item =
    at.what.verb === 'for-each' && verb.kind === 'for-each' ? { item: { name: verb.as, value: at.what.items[index] ?? null } } : {};
  if (!kept) state.frames[id] = { kind: 'pass', around: step.frame, loop: path, index, ...item, results: {}, keep: false };
  if (at.what.verb === 'repeat') {
    at.what.begun = index + 1;
    delete at.what.done;
    delete at.what.due;
  } else {
    at.what.running++;
    if (at.what.again === undefined) at.what.next = index + 1;
    else at.what.again.shift();
  }
  const list = { planned: `${step.of}[]`, frame: id, owner: path };
  if (kept) reopenList(state, id, list, time);
  else openList(state, id, list, time);
}
