import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ProblemError } from '../../runbook/core/errors.ts';
import { rejection } from './rejection.ts';
import { exit, gateStep, manifest, ok, Run, runbookOf, runStep, timedOut, useStep } from './support.test.ts';

const refusal = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;
const failNetwork = { kind: 'failed', error: { code: 'http-failed', class: 'network', message: '', remedy: '' } } as const;

describe('A run in sequence', () => {
  it('records the end of one step and the start of the next in one decision', () => {
    const run = new Run(runbookOf([runStep('a'), runStep('b')]));
    assert.equal(run.doing, 'run-attempt a');
    assert.deepEqual(
      run.end('a').map((event) => event.kind),
      ['step-succeeded', 'step-started'],
    );
    assert.equal(run.doing, 'run-attempt b');
    run.end('b');
    assert.equal(run.status, 'completed');
    assert.deepEqual(run.effects, []);
  });

  it('completes at once when it has no steps', () => assert.equal(new Run(runbookOf([])).status, 'completed'));

  it('runs a step whose predecessor was skipped', () => {
    const run = new Run(runbookOf([runStep('a', { if: 'false' }), runStep('b')]));
    assert.deepEqual(run.steps, { a: 'skipped', b: 'running' });
  });

  it('starts nothing after a failure but steps that ask for the status', () => {
    const run = new Run(
      runbookOf([
        runStep('a'),
        runStep('b'),
        runStep('c', { if: 'failure()' }),
        runStep('d', { if: "'x' == 'x'" }),
        runStep('e', { if: '${{ always() }}' }),
      ]),
    );
    run.end('a', exit(1));
    assert.equal(run.doing, 'run-attempt c');
    run.end('c');
    run.end('e');
    assert.deepEqual(run.steps, { a: 'failed', b: 'skipped', c: 'succeeded', d: 'skipped', e: 'succeeded' });
    assert.equal(run.status, 'failed');
    assert.equal(run.finished?.error?.code, 'exit-code');
  });

  it('goes on after a failure with on-error: continue, and the outcome stays failure', () => {
    const run = new Run(
      runbookOf([runStep('a', { onError: 'continue' }), runStep('b', { if: "steps.a.outcome == 'failure' && success()" })]),
    );
    run.end('a', exit(1));
    run.end('b');
    assert.equal(run.status, 'completed');
  });

  it('fails a step whose expression fails, and the run goes on by the same rules', () => {
    const run = new Run(runbookOf([runStep('a', { if: "fromJSON('x')" }), runStep('b'), runStep('c', { if: 'always()' })]));
    assert.deepEqual(run.steps, { a: 'failed', b: 'skipped', c: 'running' });
    assert.equal(run.cause?.error.code, 'expression-failed');
  });

  it('gives outputs to later steps and to the run, with their types', () => {
    const first = runStep('a', { outputs: { free: '${{ fromJSON(result.stdout) }}' } });
    const run = new Run(
      runbookOf([first, runStep('b', { env: { FREE: '${{ steps.a.outputs.free }}' } })], {
        outputs: { free: '${{ steps.a.outputs.free }}' },
      }),
    );
    run.end('a', ok({ stdout: '42' }));
    const at = run.state.steps.b?.at;
    assert.deepEqual(at?.kind === 'running' && at.request.kind === 'script' ? at.request.env : undefined, { FREE: '42' });
    run.end('b');
    assert.deepEqual(run.finished?.outputs, { free: 42 });
  });

  it('fails a completed run whose outputs cannot be had', () => {
    const run = new Run(runbookOf([runStep('a')], { outputs: { x: "${{ fromJSON('') }}", y: 'kept' } }));
    run.end('a');
    assert.equal(run.finished?.status, 'failed');
    assert.deepEqual(run.finished?.outputs, { y: 'kept' });
  });

  it('hears the end of an attempt once', () => {
    const run = new Run(runbookOf([runStep('a'), runStep('b')]));
    run.end('a');
    assert.deepEqual(run.end('a', exit(1), 1), []);
    assert.deepEqual(run.end('b', ok(), 7), []);
    assert.deepEqual(run.end('no such step', ok(), 1), []);
    assert.equal(run.status, 'running');
  });

  it('starts once, for its own snapshot', () => {
    const run = new Run(runbookOf([runStep('a')]));
    const again = {
      kind: 'start',
      run: 'run-1',
      snapshot: 'digest',
      inputs: {},
      actor: { by: 'x', via: 'cli' },
      policy: { askFrom: 'high' },
    } as const;
    assert.deepEqual(run.tell(again), []);
    assert.throws(() => new Run(runbookOf([runStep('a')]), {}, { snapshot: 'another' }), refusal('internal'));
  });

  it('joins a relative working directory to the folder of the runbook', () => {
    const folderOf = (folder: string, path: string): string | undefined => {
      const written = { ...runStep('a'), verb: { kind: 'run', script: 'x', workingDirectory: path } as const };
      const at = new Run(runbookOf([written]), { folder }).state.steps.a?.at;
      return at?.kind === 'running' && at.request.kind === 'script' ? at.request.workingDirectory : undefined;
    };
    assert.equal(folderOf('/srv/books', 'logs/./old/..'), '/srv/books/logs');
    assert.equal(folderOf('/srv/books', '/var/log'), '/var/log');
    assert.equal(folderOf('/srv', '../../..'), '/');
    assert.equal(folderOf('C:\\books', 'logs\\x'), 'C:\\books\\logs\\x');
    assert.equal(folderOf('C:\\books', 'D:/x'), 'D:\\x');
  });
});

describe('An approval', () => {
  it('is asked where the author wants it, before the step starts', () => {
    const run = new Run(runbookOf([runStep('a', { approve: { message: 'Clean ${{ inputs.path }}?' } })]), {}, { inputs: { path: '/x' } });
    const asked = run.events.at(-1);
    assert.equal(asked?.kind === 'approval-requested' ? `${asked.message} ${asked.reason}` : '', 'Clean /x? author');
    assert.equal(run.status, 'waiting_approval');
    assert.equal(run.doing, '');
    run.approve('a');
    assert.equal(run.doing, 'run-attempt a');
  });

  it('is asked from the risk on that the policy names', () => {
    const book = runbookOf([runStep('a', { script: 'systemctl stop web' })]);
    assert.equal(new Run(book).status, 'waiting_approval');
    assert.equal(new Run(book, {}, { policy: { askFrom: 'critical' } }).status, 'running');
    assert.equal(new Run(runbookOf([runStep('a')]), {}, { policy: { askFrom: 'medium' } }).status, 'waiting_approval');
  });

  it('is void for another digest, and for a step that does not wait', () => {
    const run = new Run(runbookOf([gateStep('a'), runStep('b')]));
    assert.throws(() => run.approve('a', 'other'), refusal('approval-stale'));
    assert.throws(() => run.approve('b', 'x'), refusal('approval-none'));
    assert.throws(() => run.approve('__proto__', 'x'), refusal('approval-none'));
    assert.equal(run.status, 'waiting_approval');
  });

  it('given twice counts once', () => {
    const run = new Run(runbookOf([gateStep('a'), runStep('b')]));
    const digest = run.digest('a');
    run.approve('a', digest);
    assert.deepEqual(run.approve('a', digest), []);
    assert.throws(() => run.reject('a', digest), refusal('approval-none'));
    assert.deepEqual(run.started(), ['b']);
  });

  it('differs for every difference in what would run', () => {
    const digestOf = (script: string, inputs = {}): string =>
      new Run(runbookOf([runStep('a', { script, approve: {}, env: { X: '${{ inputs.x }}' } })]), {}, { inputs }).digest('a');
    const digests = [digestOf('echo a'), digestOf('echo b'), digestOf('echo a', { x: '1' }), digestOf('echo a', { x: '2' })];
    assert.equal(new Set(digests).size, 4);
    assert.equal(digestOf('echo a'), digestOf('echo a'));
  });

  it('ends the run as rejected when a person says no, after its cleanup', () => {
    const run = new Run(runbookOf([gateStep('a'), runStep('b')], { finally: [runStep('finally/#1')] }));
    run.reject('a');
    assert.deepEqual(run.steps, { a: 'failed', b: 'skipped', 'finally/#1': 'running' });
    run.end('finally/#1');
    assert.equal(run.status, 'rejected');
    assert.equal(run.finished?.error?.code, 'approval-rejected');
  });

  it('tells the note of a rejection as its reason, whatever stands in it', () => {
    const actor = { by: 'ada', via: 'cli' };
    const event = { kind: 'approval-rejected', path: 'a', digest: 'd', actor, time: 0 } as const;
    assert.equal(rejection({ ...event, note: 'not before {by} noon' }).remedy, 'The reason given: not before {by} noon');
    assert.equal(rejection({ ...event, note: '  ' }).remedy, 'Ask ada for the reason, then run again.');
  });

  it('rejects by itself when its time is up, and never approves', () => {
    const run = new Run(runbookOf([gateStep('a', { timeout: '30m' }), runStep('b')]));
    assert.equal(run.doing, `wake ${1_000 + 1_800_000}`);
    assert.deepEqual(run.wait(1_799_999), []);
    const digest = run.digest('a');
    run.time += 1;
    assert.throws(() => run.approve('a', digest), refusal('approval-expired'));
    run.wait(0);
    assert.equal(run.status, 'rejected');
    assert.deepEqual(run.started(), []);
    assert.throws(() => run.approve('a', digest), refusal('approval-none'));
  });

  it('covers later attempts of the identical request', () => {
    const run = new Run(runbookOf([runStep('a', { approve: {}, retry: { attempts: 3, on: ['exit'], delay: '1s' } })]));
    run.approve('a');
    run.end('a', exit(1));
    run.wait(5_000);
    assert.equal(run.doing, 'run-attempt a');
    assert.equal(run.state.steps.a?.attempts, 2);
  });

  it('is asked again when the next attempt would do something else', () => {
    const run = new Run(
      runbookOf([runStep('a', { approve: {}, env: { TRY: '${{ attempt }}' }, retry: { attempts: 3, on: ['exit'], delay: '1s' } })]),
    );
    const first = run.digest('a');
    run.approve('a');
    run.end('a', exit(1));
    run.wait(5_000);
    assert.equal(run.status, 'waiting_approval');
    assert.notEqual(run.digest('a'), first);
    assert.throws(() => run.approve('a', first), refusal('approval-stale'));
  });

  it('of a gate is bound to the question that was read', () => {
    const asked = (name: string) =>
      new Run(runbookOf([gateStep('a', { message: 'Delete ${{ inputs.name }}?' })]), {}, { inputs: { name } }).digest('a');
    assert.notEqual(asked('one'), asked('other'));
  });

  it('of a gate makes the gate succeed without anything to run', () => {
    const run = new Run(runbookOf([gateStep('a')]));
    assert.deepEqual(
      run.approve('a').map((event) => event.kind),
      ['approval-granted', 'step-succeeded', 'run-finished'],
    );
  });

  it('refuses a message that holds a secret', () => {
    const run = new Run(runbookOf([gateStep('a', { message: 'Key ${{ secrets.key }}?' })]), { secrets: { key: 1 } });
    assert.equal(run.cause?.error.code, 'expression-failed');
  });
});

describe('A secret', () => {
  const book = runbookOf(
    [useStep('a', 'http/request', { url: 'https://x', headers: { auth: 'Bearer ${{ env.TOKEN }}' } }, { approve: {} })],
    { env: { TOKEN: '${{ secrets.key }}' } },
  );
  const actions = { 'http/request': { manifest: manifest('http/request'), code: 'c' } };

  it('is a name and a version in the request, and its place is empty', () => {
    const at = new Run(book, { actions, secrets: { key: 3 } }).state.steps.a?.at;
    const request = at?.kind === 'waiting' ? at.request : undefined;
    assert.deepEqual(request, {
      kind: 'action',
      action: 'http/request',
      with: { url: 'https://x', headers: { auth: '' } },
      workingDirectory: '/w',
      workspace: '/w/.runwright',
      env: { TOKEN: '' },
      target: 'local',
      secretTexts: [
        { at: '/env/TOKEN', parts: [{ secret: 'key', version: 3 }] },
        { at: '/with/headers/auth', parts: ['Bearer ', { secret: 'key', version: 3 }] },
      ],
    });
  });

  it('in the settings of the workspace is one too, and they are part of what is approved', () => {
    const wants = { 'http/request': { manifest: { ...manifest('http/request'), settings: 'channels' }, code: 'c' } };
    const run = (url: string) =>
      new Run(book, { actions: wants, secrets: { key: 3 }, settings: { channels: { 'a/b': { url } } }, workspace: '/w/.runwright' });
    const one = run('https://x/${{ secrets.key }}');
    const at = one.state.steps.a?.at;
    const request = at?.kind === 'waiting' && at.request.kind === 'action' ? at.request : undefined;
    assert.deepEqual(request?.settings, { 'a/b': { url: '' } });
    assert.deepEqual(request?.secretTexts.at(-1), { at: '/settings/a~1b/url', parts: ['https://x/', { secret: 'key', version: 3 }] });
    assert.notEqual(one.digest('a'), run('https://y/${{ secrets.key }}').digest('a'));
  });

  it('of another version makes another digest', () => {
    const digestOf = (version: number): string => new Run(book, { actions, secrets: { key: version } }).digest('a');
    assert.notEqual(digestOf(1), digestOf(2));
  });

  it('cannot be posed as by a text from outside', () => {
    const outside = '${{ secrets.key }}';
    const run = new Run(runbookOf([runStep('a', { env: { X: '${{ inputs.x }}' } })]), { secrets: { key: 1 } }, { inputs: { x: outside } });
    const at = run.state.steps.a?.at;
    assert.deepEqual(
      at?.kind === 'running' ? { request: at.request.kind === 'script' ? at.request.env : {}, texts: at.request.secretTexts } : {},
      { request: { X: outside }, texts: [] },
    );
  });

  it('without a value fails the step and names it', () => {
    const run = new Run(book, { actions });
    assert.equal(run.cause?.error.message, 'The secret key has no value.');
  });

  it('stays out of `if` and of outputs', () => {
    for (const step of [runStep('a', { if: "secrets.key == 'x'" }), runStep('a', { if: "env.TOKEN == 'x'" })]) {
      const run = new Run(runbookOf([step], { env: { TOKEN: '${{ secrets.key }}' } }), { secrets: { key: 1 } });
      assert.equal(run.cause?.error.code, 'expression-failed');
    }
    const run = new Run(runbookOf([runStep('a', { outputs: { t: '${{ env.TOKEN }}' } })], { env: { TOKEN: '${{ secrets.key }}' } }), {
      secrets: { key: 1 },
    });
    run.end('a');
    assert.equal(run.cause?.error.code, 'expression-failed');
  });
});

describe('A retry', () => {
  const retried = (more: Parameters<typeof runStep>[1], defaults = {}): Run => new Run(runbookOf([runStep('a', more)], { defaults }));

  it('comes after its delay, and the last attempt fails for good', () => {
    const run = retried({ retry: { attempts: 2, on: ['exit'], delay: '10s' } });
    run.end('a', exit(1));
    assert.equal(run.doing, 'wake 11000');
    assert.deepEqual(run.wait(9_999), []);
    run.wait(1);
    assert.equal(run.doing, 'run-attempt a');
    run.end('a', exit(1));
    assert.equal(run.status, 'failed');
  });

  it('is only for the classes that are worth it', () => {
    const run = retried({ retry: { attempts: 5 } });
    run.end('a', exit(1));
    assert.equal(run.status, 'failed');
    const network = retried({ retry: { attempts: 5 } });
    network.end('a', failNetwork);
    assert.equal(network.status, 'running');
  });

  it('can name one exit code', () => {
    const run = retried({ retry: { attempts: 3, on: ['exit:75'] } });
    run.end('a', exit(75));
    run.wait(1_000);
    run.end('a', exit(74));
    assert.equal(run.status, 'failed');
  });

  it('grows, with jitter, up to its maximum', () => {
    const run = retried({ retry: { attempts: 9, on: ['any'], delay: '10s', backoff: 'exponential', maxDelay: '35s' } });
    const waits = [1, 2, 3, 4].map((attempt) => {
      const failed = run.end('a', exit(1), attempt, 0.5).find((event) => event.kind === 'step-failed');
      const delay = (failed?.kind === 'step-failed' ? (failed.retryAt ?? 0) : 0) - run.time;
      run.wait(delay);
      return delay;
    });
    assert.deepEqual(waits, [10_500, 21_000, 35_000, 35_000]);
  });

  it('waits as long as the server asked', () => {
    const run = retried({ retry: { attempts: 2, delay: '1s' } });
    run.end('a', { ...failNetwork, retryAfter: 90_000 });
    assert.equal(run.doing, 'wake 91000');
  });

  it('of an attempt that timed out needs the word of the step itself', () => {
    const byDefault = retried({}, { retry: { attempts: 3, delay: '1s' } });
    byDefault.end('a', timedOut);
    assert.equal(byDefault.status, 'failed');
    const safe = retried({ idempotent: true }, { retry: { attempts: 3, delay: '1s' } });
    safe.end('a', timedOut);
    assert.equal(safe.doing, 'wake 2000');
    const own = retried({ retry: { attempts: 2 } }, { retry: { delay: '4s' } });
    own.end('a', timedOut);
    assert.equal(own.doing, 'wake 5000');
  });

  it("passes the time limit on, the step's before the default", () => {
    const limits = (more: Parameters<typeof runStep>[1]): unknown =>
      retried(more, { timeout: '5m' }).effects.map((effect) => effect.kind === 'run-attempt' && effect.timeout);
    assert.deepEqual([limits({}), limits({ timeout: '30s' })], [[300_000], [30_000]]);
  });
});

describe('Failure and cleanup', () => {
  const undone = (path: string, more = {}) => runStep(path, { undo: runStep(`undo/${path}`), ...more });

  it('rolls back in the reverse order of success, and one failing undo does not stop the others', () => {
    const run = new Run(
      runbookOf([undone('a'), undone('b'), runStep('c'), runStep('d')], { onFailure: 'rollback', finally: [runStep('finally/#1')] }),
    );
    for (const path of ['a', 'b', 'c']) run.end(path);
    run.end('d', exit(1));
    assert.equal(run.status, 'rolling_back');
    run.end('undo/b', exit(1));
    run.end('undo/a');
    run.end('finally/#1');
    assert.deepEqual(run.started(), ['a', 'b', 'c', 'd', 'undo/b', 'undo/a', 'finally/#1']);
    assert.deepEqual(run.steps, {
      a: 'undone',
      b: 'succeeded',
      c: 'succeeded',
      d: 'failed',
      'undo/b': 'failed',
      'undo/a': 'succeeded',
      'finally/#1': 'succeeded',
    });
    assert.equal(run.finished?.rollback, 'partial');
    assert.equal(run.status, 'failed');
  });

  it('calls a rollback full when every undo succeeded', () => {
    const run = new Run(runbookOf([undone('a'), gateStep('g')], { onFailure: 'rollback' }));
    run.end('a');
    run.reject('g');
    run.end('undo/a');
    assert.deepEqual([run.finished?.status, run.finished?.rollback], ['rejected', 'full']);
  });

  it('asks for a step because of its undo, and for the undo no second time', () => {
    const risky = runStep('a', { undo: runStep('undo/a', { script: 'systemctl stop web' }) });
    const run = new Run(runbookOf([risky, runStep('b')], { onFailure: 'rollback' }));
    assert.equal(run.status, 'waiting_approval');
    run.approve('a');
    run.end('a');
    run.end('b', exit(1));
    assert.equal(run.doing, 'run-attempt undo/a');
  });

  it('asks for an undo that turns out riskier than what was approved', () => {
    const actions = { 'http/request': { manifest: manifest('http/request'), code: 'c' } };
    const undo = useStep('undo/a', 'http/request', { method: '${{ steps.a.outputs.how }}' });
    const run = new Run(runbookOf([runStep('a', { undo }), runStep('b')], { onFailure: 'rollback' }), { actions });
    run.end('a', ok({ how: 'DELETE' }));
    run.end('b', exit(1));
    assert.equal(run.steps['undo/a'], 'waiting_approval');
  });

  it('shows an undo the outputs of its step and the error, with the env of the step', () => {
    const undo = runStep('undo/a', { env: { RULE: '${{ steps.a.outputs.rule }}', WHY: '${{ error.code }} in ${{ error.step }}' } });
    const run = new Run(runbookOf([runStep('a', { undo, env: { OWN: 'x' } }), runStep('b')], { onFailure: 'rollback' }));
    run.end('a', ok({ rule: 'r1' }));
    run.end('b', exit(1));
    const at = run.state.steps['undo/a']?.at;
    assert.deepEqual(at?.kind === 'running' && at.request.kind === 'script' ? at.request.env : {}, {
      OWN: 'x',
      RULE: 'r1',
      WHY: 'exit-code in b',
    });
  });

  it('runs the on-failure list, whose own failure stops only the list', () => {
    const run = new Run(
      runbookOf([runStep('a')], { onFailure: [runStep('on-failure/#1'), runStep('on-failure/#2')], finally: [runStep('finally/#1')] }),
    );
    run.end('a', exit(1));
    run.end('on-failure/#1', exit(1));
    assert.equal(run.doing, 'run-attempt finally/#1');
    run.end('finally/#1');
    assert.equal(run.status, 'failed');
    assert.equal(run.finished?.error?.code, 'exit-code');
  });

  it('verifies after the steps, and a verification that fails is a failure of the run', () => {
    const run = new Run(runbookOf([runStep('a')], { verify: [runStep('v')], onFailure: [runStep('on-failure/#1')] }));
    run.end('a');
    run.end('v', exit(1));
    assert.equal(run.doing, 'run-attempt on-failure/#1');
  });

  it('does not verify what has failed', () => {
    const run = new Run(runbookOf([runStep('a')], { verify: [runStep('v')] }));
    run.end('a', exit(1));
    assert.deepEqual([run.status, run.steps.v], ['failed', 'skipped']);
  });

  it('gives every cleanup step its turn, and a failing one fails a run that was well', () => {
    const run = new Run(runbookOf([runStep('a')], { finally: [runStep('x'), runStep('y', { if: 'success()' }), runStep('z')] }));
    run.end('a');
    run.end('x', exit(1));
    assert.equal(run.doing, 'run-attempt z', 'x failed, so success() no longer holds');
    run.end('z');
    assert.equal(run.status, 'failed');
  });
});

describe('A cancellation', () => {
  it('stops the attempt, skips what is left and cleans up', () => {
    const run = new Run(
      runbookOf([runStep('a'), runStep('b', { if: 'always()' })], {
        finally: [runStep('f', { if: 'cancelled()' })],
        onFailure: [runStep('o')],
      }),
    );
    run.cancel();
    assert.equal(run.doing, 'run-attempt a, cancel-attempt a');
    assert.deepEqual(run.cancel(), []);
    run.end('a', { kind: 'cancelled' });
    assert.deepEqual(run.steps, { a: 'cancelled', b: 'skipped', f: 'running' });
    run.end('f');
    assert.equal(run.status, 'cancelled');
    assert.deepEqual(run.cancel(), []);
  });

  it('voids a question', () => {
    const run = new Run(runbookOf([gateStep('a')]));
    const digest = run.digest('a');
    run.cancel();
    assert.equal(run.status, 'cancelled');
    assert.throws(() => run.approve('a', digest), refusal('approval-none'));
  });

  it('ends a wait for the next attempt', () => {
    const run = new Run(runbookOf([runStep('a', { retry: { attempts: 3, on: ['any'], delay: '1h' } })]));
    run.end('a', exit(1));
    run.cancel();
    assert.equal(run.status, 'cancelled');
  });

  it('leaves a step that ended all the same as it ended, without another attempt', () => {
    const run = new Run(runbookOf([runStep('a', { retry: { attempts: 3, on: ['any'] } })]));
    run.cancel();
    run.end('a', exit(1));
    assert.deepEqual([run.steps.a, run.status], ['failed', 'cancelled']);
  });

  it('during cleanup ends the step at hand and lets the others have their turn', () => {
    const run = new Run(runbookOf([], { finally: [runStep('x'), runStep('y')] }));
    run.cancel();
    assert.equal(run.doing, 'run-attempt x, cancel-attempt x');
    run.end('x', { kind: 'cancelled' });
    assert.equal(run.doing, 'run-attempt y');
  });
});

describe('An attempt whose end nobody saw', () => {
  it('pauses the run with a question, and each answer leads on', () => {
    for (const [answer, step, status] of [
      ['succeeded', 'succeeded', 'completed'],
      ['failed', 'failed', 'failed'],
      ['repeat', 'running', 'running'],
    ] as const) {
      const run = new Run(runbookOf([runStep('a')]));
      run.tell({ kind: 'attempt-lost', path: 'a', attempt: 1 });
      assert.deepEqual([run.status, run.doing], ['paused', '']);
      run.tell({ kind: 'answer', path: 'a', answer, actor: { by: 'ann', via: 'cli' } });
      assert.deepEqual([run.steps.a, run.status], [step, status]);
      assert.deepEqual(run.tell({ kind: 'answer', path: 'a', answer, actor: { by: 'ann', via: 'cli' } }), []);
    }
  });

  it('is repeated unasked where that is safe, but not for ever', () => {
    const run = new Run(runbookOf([runStep('a', { idempotent: true })]));
    for (const attempt of [1, 2, 3]) {
      run.tell({ kind: 'attempt-lost', path: 'a', attempt });
      assert.equal(run.state.steps.a?.attempts, attempt + 1);
    }
    run.tell({ kind: 'attempt-lost', path: 'a', attempt: 4 });
    assert.equal(run.status, 'paused');
  });

  it('is safe to repeat when the manifest says so for this input', () => {
    const actions = {
      'http/request': { manifest: manifest('http/request', 'low', { input: 'method', in: ['GET', 'HEAD'], default: true }), code: 'c' },
    };
    const idempotent = (input: Record<string, string>): unknown =>
      new Run(runbookOf([useStep('a', 'http/request', input)]), { actions }).effects.map(
        (effect) => effect.kind === 'run-attempt' && effect.idempotent,
      );
    assert.deepEqual([idempotent({}), idempotent({ method: 'GET' }), idempotent({ method: 'POST' })], [[true], [true], [false]]);
  });

  it('cannot be answered for when it is known', () => {
    const run = new Run(runbookOf([runStep('a')]));
    assert.throws(
      () => run.tell({ kind: 'answer', path: 'a', answer: 'failed', actor: { by: 'ann', via: 'cli' } }),
      refusal('approval-none'),
    );
  });
});

describe('One step alone', () => {
  it('runs without the others, with the outputs given for them', () => {
    const book = runbookOf([runStep('a'), runStep('b', { env: { A: '${{ steps.a.outputs.stdout }}' } }), runStep('c')], {
      verify: [runStep('v')],
      finally: [runStep('f')],
      onFailure: [runStep('o')],
    });
    const run = new Run(book, {}, { only: 'b', given: { a: { stdout: 'seen' } } });
    const at = run.state.steps.b?.at;
    assert.deepEqual(at?.kind === 'running' && at.request.kind === 'script' ? at.request.env : {}, { A: 'seen' });
    run.end('b', exit(1));
    assert.deepEqual(run.started(), ['b']);
    assert.equal(run.status, 'failed');
  });

  it('can be one of another list, and still asks', () => {
    const run = new Run(runbookOf([runStep('a')], { finally: [runStep('f', { approve: {} })] }), {}, { only: 'f' });
    assert.equal(run.status, 'waiting_approval');
    run.approve('f');
    run.end('f');
    assert.equal(run.status, 'completed');
    assert.deepEqual(run.started(), ['f']);
  });

  it('must exist, as must those whose outputs are given', () => {
    assert.throws(() => new Run(runbookOf([runStep('a')]), {}, { only: 'x' }), refusal('step-unknown'));
    assert.throws(() => new Run(runbookOf([runStep('a')]), {}, { given: JSON.parse('{"__proto__":{}}') }), refusal('step-unknown'));
  });
});

describe('A long runbook', () => {
  it('costs as much for its last steps as for its first', () => {
    const run = new Run(
      runbookOf(
        Array.from({ length: 3_000 }, (_, index) => runStep(`s${index}`, { if: 'steps.s0.outcome != 1', env: { X: '${{ run.id }}' } })),
      ),
    );
    for (let index = 0; index < 3_000; index++) {
      assert.equal(run.effects.length, 1);
      run.end(`s${index}`, ok({ stdout: 'x' }));
    }
    assert.equal(run.status, 'completed');
  });
});
