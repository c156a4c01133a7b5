import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Approval, Retry, Runbook, Step } from '../../runbook/core/model.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { Command, Effect, Outcome } from './command.ts';
import type { KernelEvent } from './event.ts';
import { decide, effects, evolve, initial, locate, runStatus, type State } from './kernel.ts';
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
  repeat,
  runbookOf,
  runStep,
  set,
  snapshotOf,
  verbStep,
} from './support.test.ts';

const conditions = [
  undefined,
  undefined,
  undefined,
  undefined,
  'true',
  'false',
  'always()',
  'failure()',
  'cancelled()',
  "steps.s0.outcome == 'success'",
  "fromJSON('')",
];

/** What a random step is made of; its path comes from its place. */
interface Shape {
  readonly kind: 'run' | 'risky' | 'gate' | 'parallel' | 'for-each' | 'repeat' | 'switch' | 'call' | 'wait' | 'until' | 'set';
  readonly if: string | undefined;
  readonly approve: Approval | undefined;
  readonly retry: Retry | undefined;
  readonly onError: 'stop' | 'continue';
  readonly idempotent: true | undefined;
  readonly undo: boolean;
  readonly fallback: boolean;
  readonly env: Record<string, string>;
  readonly needs: 'none' | 'nothing' | 'first';
  readonly size: number;
  readonly inside: readonly Shape[];
}

/** Of every length up to `max` alike: fast-check's own arrays are mostly empty this deep inside. */
const upTo = <T>(max: number, one: fc.Arbitrary<T>, min = 0): fc.Arbitrary<T[]> =>
  fc.tuple(fc.integer({ min, max }), fc.tuple(...Array.from({ length: max }, () => one))).map(([length, all]) => all.slice(0, length));

const shapeOf = (depth: number): fc.Arbitrary<Shape> =>
  fc.record({
    kind: fc.constantFrom<Shape['kind'][]>(
      'run',
      'run',
      'run',
      'run',
      'risky',
      'gate',
      'parallel',
      'parallel',
      'for-each',
      'repeat',
      'switch',
      'call',
      'wait',
      'until',
      'set',
    ),
    if: fc.constantFrom(...conditions),
    approve: fc.constantFrom<(Approval | undefined)[]>(undefined, undefined, undefined, {}, { timeout: '1m' }),
    retry: fc.constantFrom(undefined, undefined, { attempts: 3, on: ['any'], delay: '1s' }),
    onError: fc.constantFrom('stop' as const, 'stop' as const, 'continue' as const),
    idempotent: fc.constantFrom<(true | undefined)[]>(undefined, true),
    undo: fc.boolean(),
    fallback: fc.constantFrom(false, false, true),
    env: fc.constantFrom<Record<string, string>[]>({}, {}, { TRY: '${{ attempt }}' }),
    needs: fc.constantFrom<Shape['needs'][]>('none', 'none', 'none', 'nothing', 'first'),
    size: fc.nat({ max: 3 }),
    inside: depth === 0 ? fc.constant([]) : upTo(3, shapeOf(depth - 1)),
  });
const shape = shapeOf(2);

function stepOf(path: string, one: Shape, siblings: readonly string[]): Step {
  const { kind, undo, approve, onError, idempotent, retry, env, needs, size, inside, fallback } = one;
  const id = path.split('/').at(-1) ?? path;
  const own = {
    ...(one.if === undefined ? {} : { if: one.if }),
    ...(undo ? { undo: runStep(`undo/${path}`) } : {}),
    ...(fallback
      ? { fallback: [runStep(`fallback/${path}/#1`), runStep(`fallback/${path}/#2`, { undo: runStep(`undo/fallback/${path}/#2`) })] }
      : {}),
    ...(needs === 'nothing' ? { needs: [] } : needs === 'first' && siblings[0] !== undefined ? { needs: [siblings[0]] } : {}),
    onError,
  };
  const more = { ...own, ...(approve === undefined ? {} : { approve }) };
  const prefix = path.slice(0, path.length - id.length);
  switch (kind) {
    case 'gate':
      return gateStep(path, approve ?? {}, own);
    case 'parallel':
      return parallel(path, stepsOf(`${prefix}${id}p`, inside), { maxParallel: size + 1, failFast: size > 1 }, more);
    case 'for-each':
      return forEach(
        path,
        `fromJSON('[${[1, 2, 3].slice(0, size).join()}]')`,
        stepsOf(`${path}[]/${id}i`, inside),
        { maxParallel: (size % 2) + 1 },
        more,
      );
    case 'repeat':
      return repeat(
        path,
        size === 0 ? 'false' : `steps.${id}r0.outcome == 'success'`,
        stepsOf(`${path}[]/${id}r`, inside),
        { max: 3, delay: '2s' },
        more,
      );
    case 'switch':
      return verbStep(
        path,
        {
          kind: 'switch',
          branches: [{ if: 'failure()', steps: stepsOf(`${prefix}${id}x`, inside) }, { steps: stepsOf(`${prefix}${id}y`, inside) }],
        },
        more,
      );
    case 'call':
      return call(path, `${size % 2 === 0 ? 'plain' : 'undoing'}.yaml`, {}, more);
    case 'wait':
      return verbStep(path, { kind: 'wait', for: '20s' }, more);
    case 'until':
      return verbStep(path, { kind: 'wait', until: "steps.s0.outcome == 'success'", every: '5s', timeout: '12s' }, more);
    case 'set':
      return set(path, { x: 1 }, more);
    default: {
      const script = kind === 'risky' ? 'systemctl stop web' : 'echo';
      return runStep(path, {
        ...more,
        script,
        env,
        ...(retry === undefined ? {} : { retry }),
        ...(idempotent === undefined ? {} : { idempotent }),
      });
    }
  }
}

/** Ids count on from the prefix, so that they are unique in the file. */
function stepsOf(prefix: string, shapes: readonly Shape[]): Step[] {
  const ids = shapes.map((_, index) => `${prefix}${index}`);
  return shapes.map((one, index) => stepOf(ids[index] ?? prefix, one, index === 0 ? [] : [ids[0]?.split('/').at(-1) ?? '']));
}

const list = (prefix: string, max: number) => upTo(max, shape).map((shapes) => stepsOf(prefix, shapes));

const runbook: fc.Arbitrary<Runbook> = fc
  .record({
    steps: list('s', 5),
    verify: list('verify/v', 2),
    onFailure: fc.oneof(
      fc.constant('stop' as const),
      fc.constant('rollback' as const),
      fc.constant('rollback' as const),
      list('on-failure/o', 2),
    ),
    onCancel: list('on-cancel/c', 1),
    finally: list('finally/f', 2),
  })
  .map(({ steps, ...more }) => runbookOf(steps, { ...more, outputs: { first: '${{ steps.s0.outputs.x }}' } }));

/** What `call` leads to: one that only runs, and one that takes back what it did. */
const calls = callsOf({
  'plain.yaml': runbookOf([runStep('q0', { undo: runStep('undo/q0') }), gateStep('q1'), runStep('q2')], {
    name: 'plain',
    onCancel: [runStep('on-cancel/#1')],
    finally: [runStep('finally/#1')],
  }),
  'undoing.yaml': runbookOf([call('deep', 'plain.yaml'), runStep('q0', { undo: runStep('undo/q0') }), runStep('q1')], {
    name: 'undoing',
    onFailure: 'rollback',
    finally: [runStep('finally/#1')],
  }),
});
const snapshotFor = (book: Runbook) => snapshotOf(book, { calls });

/** Each number chooses one of the things that could happen next. */
const chances = upTo(60, fc.nat({ max: 99 }));
const scenario = fc.record({
  book: runbook,
  chances,
  only: fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, fc.constantFrom('s0', 'finally/f0')),
});
/** Many undos: steps mostly succeed, until the last one fails. */
const rollbacks = fc.record({
  book: upTo(6, fc.boolean(), 2).map((undos) => {
    const steps = undos.map((undo, index) =>
      runStep(`s${index}`, { onError: 'continue', ...(undo ? { undo: runStep(`undo/s${index}`) } : {}) }),
    );
    return runbookOf([...steps, runStep('last')], { onFailure: 'rollback' });
  }),
  chances: upTo(20, fc.constantFrom(5, 50, 50, 50), 8),
  only: fc.constant(undefined),
});
type Scenario = { book: Runbook; chances: number[]; only: string | undefined };

const network: Outcome = { kind: 'failed', error: problem('http-failed', { method: 'GET', url: 'x', why: 'y' }) };

/** What the world answers to where the run stands; without chances left it is kind and everything ends well. */
function answer(state: State, chance: number | undefined, time: number): Command {
  const waiting = Object.keys(state.active).filter((one) => !['open', 'fallback'].includes(state.steps[one]?.at.kind ?? ''));
  const path = waiting[(chance ?? 0) % Math.max(1, waiting.length)] ?? '';
  const at = state.steps[path]?.at;
  if (at === undefined)
    return {
      time: Math.max(time, ...effects(state).flatMap((effect) => (effect.kind === 'wake' ? [effect.at] : []))),
      kind: 'time-passed',
    };
  if (chance !== undefined && chance >= 96) return { time, kind: 'cancel', actor: person };
  if (at?.kind === 'waiting') {
    if (at.expiresAt !== undefined && time >= at.expiresAt) return { time, kind: 'time-passed' };
    const kind = chance !== undefined && chance < 15 ? 'reject' : 'approve';
    if (chance !== undefined && chance > 85 && at.expiresAt !== undefined)
      return { time: Math.max(time, at.expiresAt), kind: 'time-passed' };
    return { time, kind, path, digest: at.digest, actor: person };
  }
  if (at?.kind === 'unknown')
    return {
      time,
      kind: 'answer',
      path,
      answer: (['succeeded', 'failed', 'repeat'] as const)[(chance ?? 0) % 3] ?? 'succeeded',
      actor: person,
    };
  if (at.kind === 'held')
    return chance !== undefined && chance % 2 === 0 ? { time, kind: 'resume', actor: person } : { time, kind: 'unlock' };
  if (at?.kind === 'retrying') return { time: Math.max(time, at.due), kind: 'time-passed' };
  const attempt = at?.kind === 'running' ? at.attempt : 0;
  if (chance !== undefined && chance > 88) return { time, kind: 'attempt-lost', path, attempt };
  if (chance !== undefined && chance > 82)
    return { time, kind: 'attempt-held', path, attempt, error: problem('secrets-locked', { why: 'its key is gone' }) };
  const outcome =
    chance === undefined || chance > 35
      ? ok({ x: chance ?? 1 })
      : chance < 20
        ? exit(chance + 1)
        : chance < 30
          ? network
          : ({ kind: 'cancelled' } as const);
  return { time, kind: 'attempt-ended', path, attempt, outcome, random: (chance ?? 0) / 100 };
}

interface Played {
  readonly state: State;
  readonly events: KernelEvent[];
  /** The state's JSON and what it would do, after each command. */
  readonly trail: { readonly at: number; readonly json: string; readonly effects: Effect[] }[];
}

const limit = 2_000;
/** Milliseconds; on a busy machine a property sees fewer runbooks. */
const longest = 5_000;

function play({ book, chances: moves, only }: Scenario): Played {
  const state = initial(snapshotFor(book), 'digest');
  const events: KernelEvent[] = [];
  const trail: Played['trail'] = [];
  let time = 1_000;
  const tell = (command: Command): void => {
    events.push(...decide(state, command, ports));
    trail.push({ at: events.length, json: JSON.stringify(state), effects: effects(state) });
  };
  const known = only !== undefined && planOf(book).steps.has(only) ? { only } : {};
  tell({ time, kind: 'start', run: 'r', snapshot: 'digest', inputs: {}, actor: person, policy: { askFrom: 'high' }, ...known });
  for (let turn = 0; state.finished === undefined && turn < limit; turn++) {
    const command = answer(state, moves[turn], time);
    time = Math.max(time, command.time) + 10;
    tell(command);
  }
  return { state, events, trail };
}

const check = (holds: (played: Played, scenario: Scenario) => void, numRuns = 150, scenarios: fc.Arbitrary<Scenario> = scenario): void =>
  fc.assert(
    fc.property(fc.noBias(scenarios), (one) => holds(play(one), one)),
    { numRuns, interruptAfterTimeLimit: longest },
  );

/** What an edit makes of a runbook: something at its end, without its end, another text somewhere, something in between, or another runbook. */
function variant(now: Runbook, other: Runbook, move: number): Runbook {
  const { steps } = now;
  const at = move % Math.max(1, steps.length);
  const one = steps[at];
  switch (move % 6) {
    case 0:
      return { ...now, steps: [...steps, runStep(`n${move}`)] };
    case 1:
      return { ...now, steps: steps.slice(0, -1) };
    case 2:
      return one === undefined ? now : { ...now, steps: steps.with(at, { ...one, env: { MOVE: String(move) } }) };
    case 3:
      return { ...now, steps: steps.toSpliced(at, 0, runStep(`m${move}`)) };
    case 4:
      return { ...now, onFailure: other.onFailure, finally: other.finally, verify: other.verify };
    default:
      return one?.verb.kind === 'parallel'
        ? { ...now, steps: steps.with(at, { ...one, verb: { ...one.verb, steps: [...one.verb.steps, runStep(`p${move}`)] } }) }
        : other;
  }
}

const endings = ['step-succeeded', 'step-skipped', 'step-cancelled', 'approval-rejected', 'approval-expired'];
const ends = (event: KernelEvent): boolean =>
  endings.includes(event.kind) ||
  (event.kind === 'step-failed' && event.retryAt === undefined && event.fallback === undefined) ||
  (event.kind === 'unknown-answered' && event.answer !== 'repeat');

describe('Whatever the runbook and whatever happens', () => {
  it('every run ends', () =>
    check(({ state, events }) => {
      assert.notEqual(state.finished, undefined);
      assert.equal(events.at(-1)?.kind, 'run-finished');
      assert.equal(events.filter((event) => event.kind === 'run-finished').length, 1);
      assert.deepEqual([state.active, state.lists], [{}, {}], 'nothing stays open');
    }, 300));

  it('no step begins before what it follows or needs has ended, nor more at once than may', () =>
    check(({ state, events }, { book }) => {
      const snapshot = snapshotFor(book);
      const inList = Map.groupBy(Object.entries(state.steps), ([, { list }]) => list);
      const begun = new Set<string>();
      const ended = new Set<string>();
      for (const event of events) {
        if (!('path' in event)) continue;
        const { path } = event;
        const step = state.steps[path];
        const planned = locate(snapshot, path)?.planned;
        assert.ok(step !== undefined && planned !== undefined, path);
        assert.ok(!ended.has(path), `${event.kind} ${path} after its end`);
        const others = (inList.get(step.list) ?? []).filter(([other]) => other !== path);
        if (!begun.has(path)) {
          begun.add(path);
          const before = step.list.endsWith(':rollback') ? [step.index - 1] : (planned.list.before[step.index] ?? []);
          for (const [other, { index }] of others) if (before.includes(index)) assert.ok(ended.has(other), `${path} before ${other}`);
          const running = others.filter(([other]) => begun.has(other) && !ended.has(other)).length;
          assert.ok(running < (planned.list.max ?? Number.POSITIVE_INFINITY), `too many beside ${path}`);
        }
        if (ends(event)) ended.add(path);
      }
      assert.deepEqual(ended, begun);
    }));

  it('every step of a phase that is entered gets its turn, and no more than one end', () =>
    check(({ events, state }, { book }) => {
      if (state.start?.only !== undefined) return;
      for (const [phase, { kind, steps }] of planOf(book).lists) {
        if (
          kind !== 'phase' ||
          !events.some((event) => event.kind === 'phase-entered' && event.phase === phase && event.call === undefined)
        )
          continue;
        for (const { step } of steps)
          assert.equal(events.filter((event) => 'path' in event && event.path === step.path && ends(event)).length, 1);
      }
    }));

  it('no attempt starts without the approval it needs, for the very digest', () =>
    check(({ events }, { book }) => {
      const snapshot = snapshotFor(book);
      const granted = new Set<string>();
      const replaced = new Set<string>();
      for (const event of events) {
        if (event.kind === 'approval-granted') granted.add(`${event.path} ${event.digest}`).add(event.path);
        if (event.kind === 'step-failed' && event.fallback) replaced.add(event.path);
        if (event.kind !== 'step-started' && event.kind !== 'step-opened' && event.kind !== 'step-succeeded') continue;
        const step = locate(snapshot, event.path)?.planned.step;
        const { verb, approve } = step ?? {};
        const asks = approve !== undefined || verb?.kind === 'approve' || (verb?.kind === 'run' && verb.script.startsWith('systemctl'));
        if (!asks || replaced.has(event.path)) continue;
        assert.ok(granted.has(event.kind === 'step-started' ? `${event.path} ${event.digest}` : event.path), `${event.path} ran unasked`);
      }
    }));

  it('nothing runs once it was rejected or has expired', () =>
    check(({ events }) => {
      const refused = new Set<string>();
      for (const event of events) {
        if (event.kind === 'approval-rejected' || event.kind === 'approval-expired') refused.add(event.path);
        if (event.kind === 'step-started') assert.ok(!refused.has(event.path));
      }
    }));

  it('undos run in the reverse order of success, once each, and only for what succeeded', () => {
    let seen = 0;
    const reversed = ({ state, events }: Played): void => {
      const succeeded = events.flatMap((event) =>
        event.kind === 'step-succeeded' || (event.kind === 'unknown-answered' && event.answer === 'succeeded') ? [event.path] : [],
      );
      const ended = events.flatMap((event) => ('path' in event && ends(event) ? [event.path] : []));
      const undos = Object.entries(state.steps).filter(([, { list }]) => list.endsWith(':rollback'));
      for (const [, members] of Map.groupBy(undos, ([, { list }]) => list)) {
        const own = new Set(members.map(([path]) => path));
        const undone = ended.filter((path) => own.has(path)).map((path) => path.slice('undo/'.length));
        assert.deepEqual(undone, succeeded.filter((path) => undone.includes(path)).reverse());
        assert.equal(undone.length, own.size);
        seen += undone.length;
      }
    };
    check(reversed);
    check(reversed, 150, rollbacks);
    assert.ok(seen > 20, 'rollbacks were among them');
  });

  it('a rollback that calls itself full has left nothing', () =>
    check(({ state, events }) => {
      const root = events.find((event) => event.kind === 'run-finished');
      if (root?.kind === 'run-finished' && root.rollback === 'full') assert.deepEqual(state.undoable, []);
    }));

  it('cleanup is entered once for every runbook that has some', () =>
    check(({ events, state }, { book }) => {
      const entered = (call: string | undefined) =>
        events.filter((event) => event.kind === 'phase-entered' && event.phase === 'finally' && event.call === call).length;
      if (book.finally.length > 0 && state.start?.only === undefined) assert.equal(entered(undefined), 1);
      for (const event of events)
        if (event.kind === 'step-opened' && event.opening.verb === 'call')
          assert.ok(entered(event.path) >= (event.opening.file.includes('plain') ? 1 : 0));
      for (const event of events) if (event.kind === 'phase-entered') assert.ok(entered(event.call) <= 1);
    }));

  it('a cancelled run starts nothing more outside cleanup', () =>
    check(({ events }) => {
      let cancelled = false;
      const phases = new Map<string, string>();
      for (const event of events) {
        if (event.kind === 'cancel-requested') cancelled = true;
        if (event.kind === 'phase-entered') phases.set(event.call ?? '', event.phase);
        if (event.kind !== 'step-started' || !cancelled) continue;
        const around = [...phases].filter(([call]) => call === '' || event.path.includes(`${call}/`)).map(([, phase]) => phase);
        assert.ok(around.includes('finally') || around.includes('on-cancel'), `${event.path} in ${around.join()}`);
      }
    }));

  it('an attempt runs once: no path and number is started twice, but where it was held up', () =>
    check(({ events }) => {
      const started = new Set<string>();
      for (const event of events) {
        if (event.kind !== 'step-started' && event.kind !== 'step-held') continue;
        const one = `${event.path} ${event.attempt}`;
        assert.equal(started.has(one), event.kind === 'step-held', one);
        // One that was held has not begun.
        if (event.kind === 'step-held') started.delete(one);
        else started.add(one);
      }
    }));

  it('replaying the journal gives the same state and the same effects, at every point', () =>
    check(({ events, trail }, { book }) => {
      const replayed = initial(snapshotFor(book), 'digest');
      let at = 0;
      for (const point of trail) {
        for (const event of events.slice(at, point.at)) evolve(replayed, JSON.parse(JSON.stringify(event)));
        at = point.at;
        assert.deepEqual(JSON.parse(JSON.stringify(replayed)), JSON.parse(point.json));
        assert.deepEqual(effects(replayed), point.effects);
      }
    }, 120));

  it('a run taken up from its journal or from its state goes on the same', () =>
    fc.assert(
      fc.property(fc.noBias(scenario), fc.nat({ max: 20 }), (one, cut) => {
        const whole = play(one);
        const point = whole.trail[Math.min(cut, whole.trail.length - 1)];
        if (point === undefined) return;
        const replayed = initial(snapshotFor(one.book), 'digest');
        for (const event of whole.events.slice(0, point.at)) evolve(replayed, event);
        const stored = JSON.parse(point.json) as State;
        for (const state of [replayed, stored]) {
          for (let turn = 0, time = (whole.events[point.at - 1]?.time ?? 0) + 1; state.finished === undefined && turn < limit; turn++) {
            const command = answer(state, undefined, time);
            time = Math.max(time, command.time) + 1;
            decide(state, command, ports);
          }
        }
        assert.deepEqual(JSON.parse(JSON.stringify(replayed)), JSON.parse(JSON.stringify(stored)));
        assert.notEqual(stored.finished, undefined);
      }),
      { numRuns: 120, interruptAfterTimeLimit: longest },
    ));

  it('effects are only for what is active, and a finished run has none', () =>
    check(({ state, trail }) => {
      assert.deepEqual(effects(state), []);
      const { snapshot: _, ...rest } = state;
      assert.deepEqual(JSON.parse(JSON.stringify(rest)), rest, 'state is plain JSON');
      for (const point of trail) {
        const at = JSON.parse(point.json) as State;
        for (const effect of point.effects) if (effect.kind !== 'wake') assert.ok(Object.hasOwn(at.active, effect.path));
        if (at.finished === undefined)
          assert.ok(
            point.effects.length > 0 || ['waiting_approval', 'paused'].includes(runStatus(at)),
            'a run that neither acts nor asks would hang',
          );
      }
    }, 120));

  it('a command heard again changes nothing, and a refused one neither', () =>
    fc.assert(
      fc.property(fc.noBias(scenario), (one) => {
        const state = initial(snapshotFor(one.book), 'digest');
        let time = 1_000;
        const twice = (command: Command): void => {
          decide(state, command, ports);
          const before = JSON.stringify(state);
          const again: Command[] = [
            command,
            { time, kind: 'approve', path: 'none', digest: 'x', actor: person },
            { time, kind: 'attempt-ended', path: 's0', attempt: 99, outcome: ok(), random: 0 },
          ];
          for (const each of command.kind === 'cancel' ? again.slice(1) : again) {
            try {
              assert.deepEqual(decide(state, { ...each, time } as Command, ports), []);
            } catch (error) {
              assert.ok(error instanceof ProblemError, String(error));
            }
            assert.equal(JSON.stringify(state), before);
          }
        };
        twice({ time, kind: 'start', run: 'r', snapshot: 'digest', inputs: {}, actor: person, policy: { askFrom: 'high' } });
        for (let turn = 0; state.finished === undefined && turn < limit; turn++) {
          const command = answer(state, one.chances[turn], time);
          time = Math.max(time, command.time);
          twice(command);
        }
      }),
      { numRuns: 120, interruptAfterTimeLimit: longest },
    ));

  it('pauses, skips, retries, rollbacks and edits at any time leave a run that ends, and no finished step runs twice', () => {
    let reopened = 0;
    let edits = 0;
    const kinds = ['pause', 'resume', 'skip', 'retry', 'rollback', 'resume', 'edit', 'edit'] as const;
    fc.assert(
      fc.property(fc.noBias(scenario), upTo(60, fc.nat({ max: 999 })), runbook, (one, moves, other) => {
        const state = initial(snapshotFor(one.book), 'digest');
        const events: KernelEvent[] = [];
        let time = 1_000;
        const tell = (command: Command): boolean => {
          try {
            events.push(...decide(state, command, ports));
            return true;
          } catch (error) {
            assert.ok(error instanceof ProblemError, String(error));
            return false;
          }
        };
        const control = (move: number): void => {
          const kind = kinds[move % kinds.length] ?? 'resume';
          const paths = [...Object.keys(state.steps), 's1'];
          const path = paths[move % paths.length] ?? 's1';
          if (kind === 'edit') {
            const to = variant(state.snapshot.runbook, other, move >> 3);
            tell({ time, kind: 'pause', actor: person });
            const order = { snapshot: ports.sha256(JSON.stringify(to)), edited: snapshotFor(to), inputs: {}, actor: person };
            if (tell({ time, kind, ...order, policy: { askFrom: 'high' } })) edits++;
            return;
          }
          tell(kind === 'skip' ? { time, kind, path, actor: person } : { time, kind, actor: person });
        };
        tell({ time, kind: 'start', run: 'r', snapshot: 'digest', inputs: {}, actor: person, policy: { askFrom: 'high' } });
        for (let turn = 0; turn < limit && (state.finished === undefined || turn < moves.length); turn++) {
          const move = moves[turn];
          if (move !== undefined && move % 4 === 0) control(move >> 2);
          else if (state.finished === undefined) {
            const command = answer(state, one.chances[turn], time);
            time = Math.max(time, command.time) + 10;
            if (!tell(command) || (turn >= moves.length && state.paused)) tell({ time, kind: 'resume', actor: person });
          }
        }
        assert.notEqual(state.finished, undefined);
        assert.deepEqual([state.active, state.lists], [{}, {}]);
        const over = new Set<string>();
        const numbers = new Set<string>();
        for (const event of events) {
          if (event.kind === 'run-reopened') reopened++;
          if (event.kind === 'step-held') numbers.delete(`${event.path} ${event.attempt}`);
          if (event.kind !== 'step-started') {
            if (event.kind === 'step-succeeded' && !/^(undo\/)?((.*\/)?finally|(.*\/)?on-)/.test(event.path)) over.add(event.path);
            continue;
          }
          assert.ok(!numbers.has(`${event.path} ${event.attempt}`), `attempt ${event.attempt} of ${event.path} began twice`);
          numbers.add(`${event.path} ${event.attempt}`);
        }
        const replayed = initial(snapshotFor(one.book), 'digest');
        for (const event of events) evolve(replayed, JSON.parse(JSON.stringify(event)));
        assert.deepEqual(JSON.parse(JSON.stringify(replayed)), JSON.parse(JSON.stringify(state)));
      }),
      { numRuns: 200, interruptAfterTimeLimit: longest },
    );
    // Which of them come is a matter of chance; that none comes would mean that nothing was tested.
    assert.ok(reopened > 0 && edits > 0, `${reopened} retries and ${edits} edits were among them`);
  });
});
