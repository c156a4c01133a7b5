import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { Command, Effect, Outcome } from './command.ts';
import type { KernelEvent } from './event.ts';
import { decide, effects, evolve, initial, runStatus, type State } from './kernel.ts';
import { exit, gateStep, ok, person, ports, runbookOf, runStep, snapshotOf } from './support.test.ts';

/** What a random step is made of; its path comes from its place. */
const shape = fc.record({
  kind: fc.constantFrom('run', 'run', 'run', 'risky', 'gate'),
  if: fc.constantFrom(
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
  ),
  approve: fc.constantFrom(undefined, undefined, {}, { timeout: '1m' }),
  retry: fc.constantFrom(undefined, undefined, { attempts: 3, on: ['any'], delay: '1s' }),
  onError: fc.constantFrom('stop' as const, 'stop' as const, 'continue' as const),
  idempotent: fc.constantFrom(undefined, true),
  undo: fc.boolean(),
  env: fc.constantFrom<Record<string, string>[]>({}, { TRY: '${{ attempt }}' }),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

function stepOf(path: string, { kind, undo, approve, ...more }: Shape): Step {
  const undoStep = undo ? { undo: runStep(`undo/${path}`) } : {};
  if (kind === 'gate') return gateStep(path, approve ?? {}, { if: more.if });
  return runStep(path, {
    ...more,
    ...undoStep,
    script: kind === 'risky' ? 'systemctl stop web' : 'echo',
    ...(approve === undefined ? {} : { approve }),
  });
}

const list = (prefix: string, max: number) =>
  fc.array(shape, { maxLength: max }).map((shapes) => shapes.map((one, index) => stepOf(`${prefix}${index}`, one)));

const runbook: fc.Arbitrary<Runbook> = fc
  .record({
    steps: list('s', 6),
    verify: list('v', 2),
    onFailure: fc.oneof(fc.constant('stop' as const), fc.constant('rollback' as const), fc.constant('rollback' as const), list('o', 2)),
    finally: list('f', 2),
  })
  .map(({ steps, ...more }) => runbookOf(steps, { ...more, outputs: { first: '${{ steps.s0.outputs.x }}' } }));

/** Each number chooses one of the things that could happen next. */
const chances = fc.array(fc.nat({ max: 99 }), { minLength: 0, maxLength: 60 });
const scenario = fc.record({ book: runbook, chances, only: fc.option(fc.constantFrom('s0', 'f0'), { nil: undefined, freq: 8 }) });
/** Many undos: steps mostly succeed, until the last one fails. */
const rollbacks = fc.record({
  book: fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }).map((undos) => {
    const steps = undos.map((undo, index) =>
      runStep(`s${index}`, { onError: 'continue', ...(undo ? { undo: runStep(`undo/s${index}`) } : {}) }),
    );
    return runbookOf([...steps, runStep('last')], { onFailure: 'rollback' });
  }),
  chances: fc.array(fc.constantFrom(5, 50, 50, 50), { minLength: 8, maxLength: 20 }),
  only: fc.constant(undefined),
});
type Scenario = { book: Runbook; chances: number[]; only: string | undefined };

const network: Outcome = { kind: 'failed', error: problem('http-failed', { method: 'GET', url: 'x', why: 'y' }) };

/** What the world answers to where the run stands; without chances left it is kind and everything ends well. */
function answer(state: State, chance: number | undefined, time: number): Command {
  const [path = ''] = state.active;
  const at = state.steps[path]?.at;
  if (chance !== undefined && chance >= 96) return { time, kind: 'cancel', actor: person };
  if (at?.kind === 'waiting') {
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
  if (at?.kind === 'retrying') return { time: Math.max(time, at.due), kind: 'time-passed' };
  const attempt = at?.kind === 'running' ? at.attempt : 0;
  if (chance !== undefined && chance > 88) return { time, kind: 'attempt-lost', path, attempt };
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

const limit = 400;

function play({ book, chances: moves, only }: Scenario): Played {
  const state = initial(snapshotOf(book), 'digest');
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

const check = (holds: (played: Played, scenario: Scenario) => void, numRuns = 250, scenarios: fc.Arbitrary<Scenario> = scenario): void =>
  fc.assert(
    fc.property(scenarios, (one) => holds(play(one), one)),
    { numRuns },
  );

const endings = ['step-succeeded', 'step-skipped', 'step-cancelled', 'approval-rejected', 'approval-expired'];
const ends = (event: KernelEvent): boolean =>
  endings.includes(event.kind) ||
  (event.kind === 'step-failed' && event.retryAt === undefined) ||
  (event.kind === 'unknown-answered' && event.answer !== 'repeat');

describe('Whatever the runbook and whatever happens', () => {
  it('every run ends', () =>
    check(({ state, events }) => {
      assert.notEqual(state.finished, undefined);
      assert.equal(events.at(-1)?.kind, 'run-finished');
      assert.equal(events.filter((event) => event.kind === 'run-finished').length, 1);
    }));

  it('no step begins before what precedes it has ended', () =>
    check(({ events }) => {
      let open: string | undefined;
      for (const event of events) {
        if (!('path' in event))
          assert.ok(open === undefined || event.kind === 'cancel-requested', `${event.kind} while ${open} has not ended`);
        else {
          assert.ok(open === undefined || open === event.path, `${event.kind} ${event.path} while ${open} has not ended`);
          open = ends(event) ? undefined : event.path;
        }
      }
    }));

  it('every step of a list gets its turn in order', () =>
    check(({ events }, { book }) => {
      const { lists } = planOf(book);
      for (const [phase, paths] of Object.entries(lists)) {
        const ended = events.flatMap((event) => ('path' in event && ends(event) && paths.includes(event.path) ? [event.path] : []));
        const entered = events.some((event) => event.kind === 'phase-entered' && event.phase === phase);
        if (entered) assert.deepEqual(ended, phase === 'steps' ? [...paths, ...ended.slice(paths.length)] : [...paths]);
      }
    }));

  it('no attempt starts without the approval it needs, for the very digest', () =>
    check(({ events }, { book }) => {
      const granted = new Set<string>();
      for (const event of events) {
        if (event.kind === 'approval-granted') granted.add(`${event.path} ${event.digest}`);
        const started =
          event.kind === 'step-started' ||
          (event.kind === 'step-succeeded' && planOf(book).steps.get(event.path)?.step.verb.kind === 'approve');
        const step = started ? planOf(book).steps.get(event.path)?.step : undefined;
        if (step === undefined) continue;
        const asks =
          step.approve !== undefined ||
          step.verb.kind === 'approve' ||
          (step.verb.kind === 'run' && step.verb.script.startsWith('systemctl'));
        if (!asks) continue;
        const digest =
          event.kind === 'step-started' ? event.digest : [...granted].find((one) => one.startsWith(`${step.path} `))?.split(' ')[1];
        assert.ok(granted.has(`${step.path} ${digest}`), `${step.path} ran unasked`);
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
    const reversed = ({ events }: Played): void => {
      const succeeded: string[] = [];
      const undone: string[] = [];
      let rollback = false;
      for (const event of events) {
        if (event.kind === 'phase-entered') rollback = event.phase === 'rollback';
        const success = event.kind === 'step-succeeded' || (event.kind === 'unknown-answered' && event.answer === 'succeeded');
        if (success && !rollback) succeeded.push(event.path);
        if (rollback && 'path' in event && ends(event)) undone.push(event.path.replace('undo/', ''));
      }
      const expected = succeeded.filter((path) => undone.includes(path)).reverse();
      assert.deepEqual(undone, expected);
      assert.equal(new Set(undone).size, undone.length);
    };
    check(reversed);
    check(reversed, 150, rollbacks);
  });

  it('cleanup is entered whenever there is some', () =>
    check(({ events, state }, { book }) => {
      if (book.finally.length === 0 || state.start?.only !== undefined) return;
      assert.equal(events.filter((event) => event.kind === 'phase-entered' && event.phase === 'finally').length, 1);
    }));

  it('a cancelled run starts nothing more outside cleanup', () =>
    check(({ events }) => {
      let cancelled = false;
      let phase = '';
      for (const event of events) {
        if (event.kind === 'cancel-requested') cancelled = true;
        if (event.kind === 'phase-entered') phase = event.phase;
        if (event.kind === 'step-started' && phase !== 'finally') assert.equal(cancelled, false);
      }
    }));

  it('an attempt runs once: no path and number is started twice', () =>
    check(({ events }) => {
      const started = events.flatMap((event) => (event.kind === 'step-started' ? [`${event.path} ${event.attempt}`] : []));
      assert.equal(new Set(started).size, started.length);
    }));

  it('replaying the journal gives the same state and the same effects, at every point', () =>
    check(({ events, trail }, { book }) => {
      const replayed = initial(snapshotOf(book), 'digest');
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
      fc.property(scenario, fc.nat({ max: 20 }), (one, cut) => {
        const whole = play(one);
        const point = whole.trail[Math.min(cut, whole.trail.length - 1)];
        if (point === undefined) return;
        const replayed = initial(snapshotOf(one.book), 'digest');
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
      { numRuns: 120 },
    ));

  it('effects are only for what is active, and a finished run has none', () =>
    check(({ state, trail }) => {
      assert.deepEqual(effects(state), []);
      const { snapshot: _, ...rest } = state;
      assert.deepEqual(JSON.parse(JSON.stringify(rest)), rest, 'state is plain JSON');
      for (const point of trail) {
        const at = JSON.parse(point.json) as State;
        for (const effect of point.effects) if (effect.kind !== 'wake') assert.ok(at.active.includes(effect.path));
        if (at.finished === undefined)
          assert.ok(
            point.effects.length > 0 || ['waiting_approval', 'paused'].includes(runStatus(at)),
            'a run that neither acts nor asks would hang',
          );
      }
    }, 120));

  it('a command heard again changes nothing, and a refused one neither', () =>
    fc.assert(
      fc.property(scenario, (one) => {
        const state = initial(snapshotOf(one.book), 'digest');
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
      { numRuns: 120 },
    ));
});
