import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Runbook } from '../../runbook/core/model.ts';
import { evolve, initial } from './kernel.ts';
import { call, callsOf, exit, forEach, person, Run, repeat, runbookOf, runStep, set, snapshotOf, verbStep } from './support.test.ts';

const endless = (path: string, inside: string) =>
  repeat(path, 'false', [repeat(`${path}[]/${inside}`, 'false', [set(`${path}[]/${inside}[]/x`, { n: 1 })], { max: 1_000_000 })], {
    max: 1_000_000,
  });

/** Goes on until nothing follows by itself, as a runtime does. */
function settle(run: Run): void {
  for (let events = run.tell({ kind: 'time-passed' }); events.length > 0; events = run.tell({ kind: 'time-passed' }));
}

function replayed(run: Run, book: Runbook): void {
  const state = initial(snapshotOf(book, { calls: run.state.snapshot.calls }), 'digest');
  for (const event of run.events) evolve(state, event);
  assert.deepEqual(JSON.parse(JSON.stringify(state)), JSON.parse(JSON.stringify(run.state)));
}

describe('A run that takes more turns than it may', () => {
  it('fails with a sentence, cleans up, and is the same when replayed', () => {
    const book = runbookOf([endless('out', 'in'), runStep('after')], {
      onFailure: [runStep('on-failure/tell', { env: { WHY: '${{ error.code }}' } })],
      finally: [runStep('finally/#1')],
    });
    const run = new Run(book, {}, { most: 500 });
    settle(run);
    run.endAll();
    assert.equal(run.finished?.status, 'failed');
    assert.equal(run.finished?.error?.code, 'run-too-long');
    assert.deepEqual(run.started(), ['on-failure/tell', 'finally/#1']);
    assert.ok(run.events.length < 2_000, `${run.events.length} events`);
    const told = run.events.find((event) => event.kind === 'step-started');
    assert.ok(told?.kind === 'step-started' && told.request.kind === 'script' && told.request.env.WHY === 'run-too-long');
    replayed(run, book);
  });

  it('stops what runs beside the loop, and called runbooks clean up', () => {
    const calls = callsOf({ 'inner.yaml': runbookOf([endless('out', 'in')], { name: 'inner', finally: [runStep('finally/#1')] }) });
    const run = new Run(
      runbookOf([runStep('slow', { needs: [] }), call('nested', 'inner.yaml', {}, { needs: [] })]),
      { calls },
      { most: 300 },
    );
    settle(run);
    assert.match(run.doing, /cancel-attempt slow/);
    run.end('slow', { kind: 'cancelled' });
    run.endAll();
    assert.deepEqual([run.finished?.status, run.finished?.error?.code], ['failed', 'run-too-long']);
    assert.ok(run.started().includes('nested/finally/#1'));
  });

  it('ends even where its cleanup does not', () => {
    const run = new Run(
      runbookOf([endless('a', 'b')], {
        onFailure: [endless('on-failure/c', 'd')],
        finally: [endless('finally/e', 'f'), runStep('finally/#2')],
      }),
      {},
      { most: 100 },
    );
    settle(run);
    run.endAll();
    assert.equal(run.finished?.status, 'failed');
    assert.deepEqual(run.started(), ['finally/#2']);
  });

  it('counts attempts, items and looks at a condition', () => {
    const retry = { attempts: 1_000_000, on: ['any'], delay: '1s' };
    const attempts = new Run(runbookOf([runStep('a', { retry })]), {}, { most: 10 });
    while (attempts.finished === undefined) {
      if (attempts.running.length > 0) attempts.end('a', exit(1));
      else attempts.wait(1_000);
    }
    assert.equal(attempts.finished.error?.code, 'run-too-long');
    const waits = new Run(runbookOf([verbStep('w', { kind: 'wait', until: 'false', every: '1s' })]), {}, { most: 10 });
    while (waits.finished === undefined) waits.wait(1_000);
    assert.equal(waits.finished.error?.code, 'run-too-long');
    const list = JSON.stringify(Array.from({ length: 50 }, (_, index) => index));
    const items = new Run(runbookOf([forEach('each', `fromJSON('${list}')`, [set('each[]/x', { n: 1 })])]), {}, { most: 20 });
    settle(items);
    assert.equal(items.finished?.error?.code, 'run-too-long');
  });

  it('goes on where it was, with as many turns again, when it is retried', () => {
    const list = JSON.stringify(Array.from({ length: 50 }, (_, index) => index));
    const run = new Run(runbookOf([forEach('each', `fromJSON('${list}')`, [runStep('each[]/x')])]), {}, { most: 60 });
    const go = () => {
      for (let [path] = run.running; path !== undefined; [path] = run.running)
        run.end(path, run.state.steps[path]?.stopping ? { kind: 'cancelled' } : undefined);
    };
    go();
    assert.equal(run.state.finished?.error?.code, 'run-too-long');
    const before = run.started().length;
    assert.ok(before > 20 && before < 50);
    run.tell({ kind: 'retry', actor: person });
    go();
    assert.equal(run.status, 'completed');
    assert.equal(run.started().length, 51);
  });
});
