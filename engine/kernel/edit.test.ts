import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import type { KernelEvent, Policy } from './event.ts';
import { decide, evolve, initial, type State } from './kernel.ts';
import {
  call,
  callsOf,
  exit,
  forEach,
  gateStep,
  ok,
  parallel,
  person,
  ports,
  Run,
  repeat,
  runbookOf,
  runStep,
  set,
  snapshotOf,
  useStep,
} from './support.test.ts';

const code =
  (expected: string, words = /./) =>
  (error: unknown) =>
    error instanceof ProblemError && error.problem.code === expected && words.test(error.problem.message);

const policy: Policy = { askFrom: 'high' };
const edit = (run: Run, book: Runbook, more: object = {}, calls = run.state.snapshot.calls) =>
  run.tell({
    kind: 'edit',
    snapshot: `digest of ${JSON.stringify(book)}`,
    edited: snapshotOf(book, { calls }),
    inputs: run.state.start?.inputs ?? {},
    policy,
    actor: person,
    ...more,
  });
const paused = (book: Runbook, snapshot = {}) => {
  const run = new Run(book, snapshot);
  run.tell({ kind: 'pause', actor: person });
  return run;
};
const resume = (run: Run) => run.tell({ kind: 'resume', actor: person });

describe('Editing the rest of a paused run', () => {
  it('takes the steps that have not begun from the new runbook, and begins none until it is told to', () => {
    const run = paused(runbookOf([runStep('a'), runStep('b'), runStep('c')]));
    run.end('a');
    edit(run, runbookOf([runStep('a'), runStep('new'), runStep('c', { script: 'echo other' })], { finally: [runStep('finally/#1')] }));
    assert.deepEqual(run.running, []);
    resume(run);
    run.endAll();
    assert.deepEqual(run.started(), ['a', 'new', 'c', 'finally/#1']);
    const c = run.events.find((event) => event.kind === 'step-started' && event.path === 'c');
    assert.ok(c?.kind === 'step-started' && c.request.kind === 'script' && c.request.script === 'echo other');
    assert.equal(run.status, 'completed');
  });

  it('is refused while the run is not paused, or has ended, and the same runbook again is no news', () => {
    const book = runbookOf([runStep('a')]);
    const run = new Run(book);
    assert.throws(() => edit(run, runbookOf([runStep('a'), runStep('b')])), code('edit-running'));
    run.tell({ kind: 'pause', actor: person });
    assert.equal(edit(run, runbookOf([runStep('a'), runStep('b')])).length, 1);
    assert.equal(edit(run, runbookOf([runStep('a'), runStep('b')])).length, 0);
    resume(run);
    run.endAll();
    assert.throws(() => edit(run, book), code('edit-running'));
  });

  it('refuses, with the step named and the state untouched, what changes a step that has begun', () => {
    const first = () => {
      const run = paused(runbookOf([runStep('a'), runStep('b'), runStep('c')]));
      run.end('a');
      return run;
    };
    const cases: [Step[], RegExp][] = [
      [[runStep('b')], /at the step a: .* is gone/],
      [[gateStep('a'), runStep('b')], /at the step a: .* something else/],
      [[runStep('z'), runStep('a')], /at the step z: a follows it/],
      [[runStep('a', { undo: runStep('undo/a') })], /at the step a: .* without an undo/],
      [[parallel('p', [runStep('a'), runStep('x')]), runStep('b')], /at the step a: .* elsewhere/],
    ];
    for (const [steps, words] of cases) {
      const run = first();
      const before = JSON.stringify(run.state);
      assert.throws(() => edit(run, runbookOf(steps)), code('edit-begun', words));
      assert.equal(JSON.stringify(run.state), before);
    }
  });

  it('keeps a step that runs at this moment exactly as it is', () => {
    const run = new Run(runbookOf([runStep('a'), runStep('b')]));
    run.tell({ kind: 'pause', actor: person });
    assert.deepEqual(run.running, ['a']);
    assert.throws(() => edit(run, runbookOf([runStep('a', { script: 'echo x' })])), code('edit-begun', /it runs/));
    edit(run, runbookOf([runStep('a', { line: 7 }), runStep('new')]));
    run.end('a');
    resume(run);
    run.endAll();
    assert.deepEqual(run.started(), ['a', 'new']);
  });

  it('does not take a step without an id for another one that stands at its number', () => {
    const run = paused(runbookOf([runStep('#1', { script: 'echo one' }), runStep('#2', { script: 'echo two' })]));
    run.end('#1');
    const shifted = runbookOf([runStep('#1', { script: 'echo zero' }), runStep('#2', { script: 'echo one' })]);
    assert.throws(() => edit(run, shifted), code('edit-begun', /no `id`/));
  });

  it('refuses an action that became another one', () => {
    const run = paused(runbookOf([useStep('a', 'x/one', {}), runStep('b')]), {
      actions: { 'x/one': { manifest: { name: 'x/one' }, code: 'c' } },
    } as never);
    run.end('a');
    assert.throws(() => edit(run, runbookOf([useStep('a', 'x/two', {}), runStep('b')])), code('edit-begun', /something else/));
  });

  it('refuses a new step where the run has been', () => {
    const run = paused(runbookOf([parallel('p', [runStep('x')]), runStep('b')], { verify: [runStep('verify/v')] }));
    run.end('x');
    const inside = runbookOf([parallel('p', [runStep('x'), runStep('y')]), runStep('b')], { verify: [runStep('verify/v')] });
    assert.throws(() => edit(run, inside), code('edit-begun', /at the step y: the run has gone past/));
    resume(run);
    run.end('b');
    run.tell({ kind: 'pause', actor: person });
    const behind = runbookOf([parallel('p', [runStep('x')]), runStep('b'), runStep('c')], { verify: [runStep('verify/v')] });
    assert.throws(() => edit(run, behind), code('edit-begun', /at the step c/));
  });

  it('appends to a list that had just come to its end', () => {
    const run = new Run(runbookOf([runStep('a')]));
    run.tell({ kind: 'pause', actor: person });
    run.end('a');
    assert.equal(run.status, 'paused');
    edit(run, runbookOf([runStep('a'), runStep('b')]));
    resume(run);
    run.endAll();
    assert.deepEqual([run.started(), run.status], [['a', 'b'], 'completed']);
  });

  it('ends a list whose remaining steps were taken out', () => {
    const run = paused(runbookOf([runStep('a'), parallel('p', [runStep('x'), runStep('y')]), runStep('b')]));
    run.end('a');
    edit(run, runbookOf([runStep('a')]));
    resume(run);
    assert.equal(run.status, 'completed');
  });

  it('voids questions and answers: whoever approved saw another snapshot', () => {
    const book = runbookOf([gateStep('ask'), runStep('stop', { script: 'systemctl stop web' })]);
    const run = new Run(book);
    const old = run.digest('ask');
    run.tell({ kind: 'pause', actor: person });
    const wider = runbookOf([gateStep('ask'), runStep('stop', { script: 'systemctl stop web' }), runStep('c')]);
    edit(run, wider);
    assert.throws(() => run.approve('ask', old), code('approval-none'));
    resume(run);
    assert.notEqual(run.digest('ask'), old);
    run.approve('ask');
    // An answer that nothing has come of yet is void too.
    run.tell({ kind: 'pause', actor: person });
    const seen = run.digest('stop');
    if (seen !== '') run.approve('stop');
    edit(run, book);
    resume(run);
    assert.equal(run.steps.stop, 'waiting_approval');
    // Not even going back to the first text makes an old answer count.
    run.tell({ kind: 'pause', actor: person });
    edit(run, wider);
    edit(run, book);
    resume(run);
    assert.equal(run.steps.stop, 'waiting_approval');
    run.approve('stop');
    run.endAll();
    assert.equal(run.status, 'completed');
  });

  it('asks about every step once somebody without the right to approve has edited it', () => {
    const run = paused(runbookOf([runStep('a'), runStep('b')]));
    run.end('a');
    edit(run, runbookOf([runStep('a'), runStep('b', { script: 'echo changed' })]), { policy: { askFrom: 'low' } });
    resume(run);
    assert.equal(run.steps.b, 'waiting_approval');
    // A person who edits it later makes it ask no less.
    run.tell({ kind: 'pause', actor: person });
    edit(run, runbookOf([runStep('a'), runStep('b'), runStep('c')]));
    resume(run);
    assert.equal(run.steps.b, 'waiting_approval');
  });

  it('asks again about the next attempt of a step, which still knows what went wrong', () => {
    const retry = { attempts: 3, on: ['any'], delay: '1s' };
    const step = (script: string) => runStep('a', { script, retry, env: { WHY: '${{ error.code }}' }, approve: {} });
    const run = new Run(runbookOf([step('one')]));
    run.approve('a');
    run.end('a', exit(3));
    run.tell({ kind: 'pause', actor: person });
    edit(run, runbookOf([step('two')]));
    resume(run);
    run.wait(1_000);
    assert.equal(run.steps.a, 'waiting_approval');
    run.tell({ kind: 'pause', actor: person });
    edit(run, runbookOf([step('three')]));
    resume(run);
    run.approve('a');
    const last = run.events.findLast((event) => event.kind === 'step-started');
    assert.ok(last?.kind === 'step-started' && last.attempt === 2 && last.request.kind === 'script');
    assert.deepEqual([last.request.script, last.request.env.WHY], ['three', 'exit-code']);
  });

  it('reaches inside open loops, blocks and calls', () => {
    const calls = (script: string) => callsOf({ 'inner.yaml': runbookOf([runStep('one'), runStep('two', { script })], { name: 'inner' }) });
    const book = (script: string, more: Step[] = []) =>
      runbookOf([
        forEach('each', "fromJSON('[1,2]')", [runStep('each[]/i'), runStep('each[]/j', { script }), ...more]),
        call('nested', 'inner.yaml'),
      ]);
    const run = new Run(book('old'), { calls: calls('old') });
    run.tell({ kind: 'pause', actor: person });
    run.end('each[0]/i');
    edit(run, book('new', [runStep('each[]/k')]), {}, calls('new'));
    resume(run);
    run.endAll();
    assert.deepEqual(run.started(), [
      ...['i', 'j', 'k'].map((id) => `each[0]/${id}`),
      ...['i', 'j', 'k'].map((id) => `each[1]/${id}`),
      'nested/one',
      'nested/two',
    ]);
    for (const event of run.events)
      if (event.kind === 'step-started' && /j$|two$/.test(event.path))
        assert.ok(event.request.kind === 'script' && event.request.script === 'new');
  });

  it('forgets the undo of a step that lost it', () => {
    const undoing = (undo: boolean) =>
      runbookOf([runStep('a', undo ? { undo: runStep('undo/a') } : {}), runStep('b', { undo: runStep('undo/b') }), runStep('c')], {
        onFailure: 'rollback',
      });
    const run = new Run(undoing(true));
    run.end('a');
    run.end('b');
    run.tell({ kind: 'pause', actor: person });
    edit(run, undoing(false));
    resume(run);
    run.end('c', exit(1));
    run.endAll();
    assert.deepEqual(run.started(), ['a', 'b', 'c', 'undo/b']);
    assert.equal(run.status, 'failed');
  });

  it('takes out steps that a failure had skipped, in a run that is tried again', () => {
    const run = new Run(runbookOf([runStep('a'), runStep('b'), runStep('c')]));
    run.end('a', exit(1));
    assert.equal(run.status, 'failed');
    run.tell({ kind: 'retry', actor: person });
    run.tell({ kind: 'pause', actor: person });
    edit(run, runbookOf([runStep('a'), runStep('c', { script: 'echo other' })]));
    resume(run);
    run.endAll();
    assert.deepEqual([run.started(), run.status], [['a', 'a', 'c'], 'completed']);
    assert.deepEqual(run.steps, { a: 'succeeded', c: 'succeeded' });
  });

  it('a run of one step keeps that step', () => {
    const run = new Run(runbookOf([runStep('a'), gateStep('b')]), {}, { only: 'b' });
    run.tell({ kind: 'pause', actor: person });
    assert.throws(() => edit(run, runbookOf([runStep('a')])), code('edit-begun', /alone/));
    edit(run, runbookOf([gateStep('b', { message: 'Really?' })]));
    resume(run);
    run.approve('b');
    assert.equal(run.status, 'completed');
  });
});

/** Whatever is edited in at whatever time, kind by kind. */
const kinds: ((path: string, inside: string) => Step)[] = [
  (path) => runStep(path),
  (path) => runStep(path, { undo: runStep(`undo/${path}`) }),
  (path) => runStep(path, { script: 'systemctl stop web' }),
  (path) => gateStep(path),
  (path) => set(path, { x: 1 }),
  (path, inside) => parallel(path, [runStep(`${inside}a`), gateStep(`${inside}b`), runStep(`${inside}c`)], { maxParallel: 2 }),
  (path) => forEach(path, "fromJSON('[1,2]')", [runStep(`${path}[]/one`), runStep(`${path}[]/two`)]),
  (path) => repeat(path, 'false', [runStep(`${path}[]/pass`)], { max: 2 }),
];
const made = fc
  .array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: kinds.length - 1 })), { minLength: 1, maxLength: 6 })
  .map((all) => [...new Map(all.map(([name, kind]) => [`s${name}`, kind])).entries()]);
const book = fc.record({ steps: made, rollback: fc.boolean(), end: fc.boolean() }).map(({ steps, rollback, end }) =>
  runbookOf(
    steps.map(([path, kind]) => kinds[kind]?.(path, `${path}i`) ?? runStep(path)),
    { onFailure: rollback ? 'rollback' : 'stop', ...(end ? { finally: [runStep('finally/#1')] } : {}) },
  ),
);

/** What the next edit is made of: the runbook of the run with one thing changed, or another one altogether. */
function variant(now: Runbook, other: Runbook, move: number): Runbook {
  const { steps } = now;
  switch (move % 5) {
    case 0:
      return { ...now, steps: [...steps, runStep(`n${move}`)] };
    case 1:
      return { ...now, steps: steps.slice(0, -1) };
    case 2:
      return { ...now, steps: steps.with(-1, { ...(steps.at(-1) ?? runStep('s0')), env: { MOVE: String(move) } }) };
    case 3:
      return { ...now, steps: steps.toSpliced(move % (steps.length + 1), 0, runStep(`m${move}`)) };
    default:
      return other;
  }
}

describe('Whatever is edited, and whenever', () => {
  it('the run ends, no finished step runs twice, no answer counts for another snapshot, and a replay is the same', () => {
    let taken = 0;
    let refused = 0;
    const others = fc.array(book, { minLength: 1, maxLength: 4 });
    const moves = fc.array(fc.nat({ max: 999 }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(fc.noBias(fc.tuple(book, others, moves)), ([first, later, chances]) => {
        const state = initial(snapshotOf(first), 'digest');
        const events: KernelEvent[] = [];
        let time = 1_000;
        const tell = (command: Parameters<typeof decide>[1]): boolean => {
          const before = JSON.stringify(state);
          try {
            events.push(...decide(state, command, ports));
            return true;
          } catch (error) {
            assert.ok(error instanceof ProblemError, String(error));
            assert.equal(JSON.stringify(state), before);
            return false;
          }
        };
        const change = (move: number): void => {
          const to = variant(state.snapshot.runbook, later[move % later.length] ?? first, move);
          if (to.steps.length === 0) return;
          tell({ time, kind: 'pause', actor: person });
          const done = tell({
            time,
            kind: 'edit',
            snapshot: ports.sha256(JSON.stringify(to)),
            edited: snapshotOf(to),
            inputs: {},
            policy,
            actor: person,
          });
          if (done) taken++;
          else refused++;
        };
        tell({ time, kind: 'start', run: 'r', snapshot: 'digest', inputs: {}, actor: person, policy });
        for (let turn = 0; turn < 1_000 && state.finished === undefined; turn++) {
          time += 10;
          const move = chances[turn];
          if (move !== undefined && move % 3 === 0) change(move >> 2);
          else if (!goOn(state, move, time, tell)) tell({ time, kind: 'resume', actor: person });
        }
        assert.notEqual(state.finished, undefined);
        assert.deepEqual([state.active, state.lists], [{}, {}]);
        const over = new Set<string>();
        let granted = new Set<string>();
        for (const event of events) {
          if (event.kind === 'run-edited') granted = new Set();
          if (event.kind === 'approval-granted') granted.add(`${event.path} ${event.digest}`);
          if (event.kind === 'step-succeeded') over.add(event.path);
          if (event.kind !== 'step-started') continue;
          assert.ok(!over.has(event.path), `${event.path} ran twice`);
          if (event.request.kind === 'script' && event.request.script.startsWith('systemctl'))
            assert.ok(granted.has(`${event.path} ${event.digest}`), `${event.path} ran unasked`);
        }
        const replayed = initial(snapshotOf(first), 'digest');
        for (const event of events) evolve(replayed, JSON.parse(JSON.stringify(event)));
        assert.deepEqual(JSON.parse(JSON.stringify(replayed)), JSON.parse(JSON.stringify(state)));
      }),
      { numRuns: 300, interruptAfterTimeLimit: 5_000 },
    );
    assert.ok(taken > 50 && refused > 20, `${taken} were taken and ${refused} refused`);
  });
});

/** Answers, or ends, one thing that is open; false when nothing is. */
function goOn(state: State, move: number | undefined, time: number, tell: (command: Parameters<typeof decide>[1]) => boolean): boolean {
  const open = Object.keys(state.active).filter((one) => ['waiting', 'running'].includes(state.steps[one]?.at.kind ?? ''));
  const path = open[(move ?? 0) % Math.max(1, open.length)];
  const at = path === undefined ? undefined : state.steps[path]?.at;
  if (path === undefined || at === undefined) return false;
  if (at.kind === 'waiting') return tell({ time, kind: 'approve', path, digest: at.digest, actor: person });
  const outcome = move !== undefined && move % 11 === 0 ? exit(1) : ok();
  return at.kind === 'running' && tell({ time, kind: 'attempt-ended', path, attempt: at.attempt, outcome, random: 0 });
}
