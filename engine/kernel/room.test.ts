import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { evolve, initial } from './kernel.ts';
import { exit, parallel, person, Run, runbookOf, runStep, snapshotOf } from './support.test.ts';

const block = (id: string, onError: 'stop' | 'continue' = 'continue') =>
  parallel(id, [runStep(`${id}a`), runStep(`${id}b`, { needs: [`${id}a`] })], {}, { onError });
const book = runbookOf([parallel('p', [block('x'), block('y'), block('z', 'stop')], { maxParallel: 1 }), runStep('last')]);

/** Every block has failed in its second step and succeeded in its first, and with the last of them the run. */
function failed(): Run {
  const run = new Run(book);
  for (const id of ['x', 'y', 'z']) {
    run.end(`${id}a`);
    run.end(`${id}b`, exit(1));
  }
  assert.equal(run.status, 'failed');
  return run;
}

function replayed(run: Run): void {
  const state = initial(snapshotOf(book), 'digest');
  for (const event of run.events) evolve(state, JSON.parse(JSON.stringify(event)));
  assert.deepEqual(JSON.parse(JSON.stringify(state)), JSON.parse(JSON.stringify(run.state)));
}

describe('Blocks that are tried again', () => {
  it('wait for room as at first, and go on where they failed', () => {
    const run = failed();
    run.tell({ kind: 'retry', actor: person });
    const order: string[] = [];
    for (let running = run.running; running.length > 0; running = run.running) {
      assert.equal(running.length, 1, running.join());
      order.push(...running);
      run.end(running[0] ?? '');
    }
    assert.deepEqual(order, ['xb', 'yb', 'zb', 'last']);
    assert.equal(run.status, 'completed');
    replayed(run);
  });

  it('are tried again alone where only one was asked for', () => {
    const run = failed();
    run.tell({ kind: 'retry', path: 'zb', actor: person });
    run.endAll();
    assert.deepEqual(run.started().slice(6), ['zb', 'last']);
  });

  it('keep what they had done when the run is cancelled or edited while they wait', () => {
    const cancelled = failed();
    cancelled.tell({ kind: 'retry', actor: person });
    cancelled.cancel();
    cancelled.end('xb', { kind: 'cancelled' });
    assert.deepEqual([cancelled.status, cancelled.steps.y], ['cancelled', 'cancelled']);
    replayed(cancelled);

    const edited = failed();
    edited.tell({ kind: 'retry', actor: person });
    edited.tell({ kind: 'pause', actor: person });
    const wider = runbookOf([...book.steps, runStep('new')]);
    const order = { snapshot: 'wider', edited: snapshotOf(wider), inputs: {}, policy: { askFrom: 'high' as const }, actor: person };
    edited.tell({ kind: 'edit', ...order });
    edited.tell({ kind: 'resume', actor: person });
    edited.endAll();
    assert.deepEqual(edited.started().slice(6), ['xb', 'yb', 'zb', 'last', 'new']);
    assert.equal(edited.status, 'completed');
  });
});
