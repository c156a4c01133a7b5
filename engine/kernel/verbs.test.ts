import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Step } from '../../runbook/core/model.ts';
import {
  call,
  callsOf,
  exit,
  forEach,
  gateStep,
  manifest,
  ok,
  parallel,
  Run,
  repeat,
  runbookOf,
  runStep,
  set,
  useStep,
  verbStep,
} from './support.test.ts';

const refusal = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;
const envOf = (run: Run, path: string): Readonly<Record<string, string>> => {
  const at = run.state.steps[path]?.at;
  return at?.kind === 'running' && at.request.kind !== 'gate' ? at.request.env : {};
};

describe('parallel', () => {
  const branches = (more = {}, verb = {}) =>
    parallel(
      'p',
      ['a', 'b', 'c'].map((id) => runStep(id)),
      verb,
      more,
    );

  it('starts its branches at once, and what follows sees what they found', () => {
    const run = new Run(runbookOf([branches(), runStep('after', { env: { B: '${{ steps.b.outputs.n }}' } })]));
    assert.equal(run.doing, 'run-attempt a, run-attempt b, run-attempt c');
    for (const path of ['c', 'a', 'b']) run.end(path, ok({ n: path }));
    assert.equal(run.steps.p, 'succeeded');
    assert.deepEqual(envOf(run, 'after'), { B: 'b' });
  });

  it('starts no more than max-parallel', () => {
    const run = new Run(runbookOf([branches({}, { maxParallel: 2 })]));
    assert.equal(run.doing, 'run-attempt a, run-attempt b');
    run.end('b');
    assert.equal(run.doing, 'run-attempt a, run-attempt c');
  });

  it('fails when one fails, after the others ended, with the error of the one', () => {
    const run = new Run(runbookOf([branches({}, { maxParallel: 2 }), runStep('after')]));
    run.end('a', exit(3));
    assert.equal(run.doing, 'run-attempt b');
    run.end('b');
    assert.deepEqual(run.steps, { p: 'failed', a: 'failed', b: 'succeeded', c: 'skipped', after: 'skipped' });
    assert.deepEqual([run.cause?.path, run.cause?.error.code], ['a', 'exit-code']);
    assert.equal(run.status, 'failed');
  });

  it('with fail-fast ends the others', () => {
    const inner = parallel('q', [runStep('d'), runStep('e')], { maxParallel: 1 });
    const run = new Run(runbookOf([parallel('p', [runStep('a'), inner, gateStep('g')], { failFast: true })]));
    run.end('a', exit(1));
    assert.equal(run.doing, 'run-attempt d, cancel-attempt d');
    run.end('d', { kind: 'cancelled' });
    assert.deepEqual(run.steps, { p: 'failed', a: 'failed', q: 'cancelled', d: 'cancelled', e: 'skipped', g: 'cancelled' });
    assert.equal(run.status, 'failed');
  });

  it('starts nothing new in a branch after another failed, unless a step asks for the status', () => {
    const branch = verbStep('s', {
      kind: 'switch',
      branches: [{ steps: [runStep('x'), runStep('y'), runStep('z', { if: 'failure()' })] }],
    });
    const run = new Run(runbookOf([parallel('p', [runStep('a'), branch])]));
    run.end('a', exit(1));
    run.end('x');
    assert.deepEqual([run.steps.y, run.steps.z], ['skipped', 'running']);
  });

  it('rejected inside, the run ends as rejected', () => {
    const run = new Run(runbookOf([parallel('p', [gateStep('g'), runStep('a')])]));
    run.reject('g');
    run.end('a');
    assert.deepEqual([run.status, run.finished?.error?.code], ['rejected', 'approval-rejected']);
  });
});

describe('needs', () => {
  it('starts a step when all that it names have ended, and others at once', () => {
    const run = new Run(
      runbookOf([runStep('a'), runStep('b', { needs: [] }), runStep('c', { needs: ['a', 'b'] }), runStep('d', { needs: ['a'] })]),
    );
    assert.equal(run.doing, 'run-attempt a, run-attempt b');
    run.end('a');
    assert.equal(run.doing, 'run-attempt b, run-attempt d');
    run.end('b');
    assert.equal(run.doing, 'run-attempt d, run-attempt c');
  });

  it('of a circle, or of a step that is not there, starts no run', () => {
    const circle = [runStep('a', { needs: ['b'] }), runStep('b', { needs: ['a'] })];
    assert.throws(() => new Run(runbookOf(circle)), refusal('plan-faulty'));
    assert.throws(() => new Run(runbookOf([runStep('a', { needs: ['x'] })])), refusal('plan-faulty'));
  });
});

describe('for-each', () => {
  const probe = runStep('each[]/probe', { env: { HOST: '${{ item }}', FIRST: '${{ steps.first.outputs.n }}' } });
  const loop = (verb = {}, steps: readonly Step[] = [probe]) => forEach('each', 'inputs.hosts', steps, verb);
  const start = { inputs: { hosts: ['x', 'y', 'z'] } };

  it('takes one item after the other and gives what each came to', () => {
    const run = new Run(runbookOf([runStep('first'), loop()], { outputs: { all: '${{ steps.each.outputs.items }}' } }), {}, start);
    run.end('first', ok({ n: 1 }));
    assert.equal(run.doing, 'run-attempt each[0]/probe');
    assert.deepEqual(envOf(run, 'each[0]/probe'), { HOST: 'x', FIRST: '1' });
    for (const index of [0, 1, 2]) run.end(`each[${index}]/probe`, ok({ up: index }));
    assert.deepEqual(run.finished?.outputs.all, [
      { item: 'x', outcome: 'success', outputs: { probe: { up: 0 } } },
      { item: 'y', outcome: 'success', outputs: { probe: { up: 1 } } },
      { item: 'z', outcome: 'success', outputs: { probe: { up: 2 } } },
    ]);
  });

  it('goes on with the others when one fails, and fails at the end', () => {
    const run = new Run(runbookOf([loop({ maxParallel: 2 }), runStep('after')]), {}, start);
    run.end('each[0]/probe', exit(1));
    assert.equal(run.doing, 'run-attempt each[1]/probe, run-attempt each[2]/probe');
    run.end('each[1]/probe');
    run.end('each[2]/probe');
    assert.deepEqual([run.status, run.cause?.path, run.steps.after], ['failed', 'each[0]/probe', 'skipped']);
  });

  it('keeps what an item finds from the others', () => {
    const steps = [runStep('each[]/a', { if: "steps.b.outcome != 'success'" }), runStep('each[]/b')];
    const run = new Run(runbookOf([loop({}, steps)]), {}, start);
    run.endAll();
    assert.deepEqual(
      run.started(),
      [0, 1, 2].flatMap((index) => [`each[${index}]/a`, `each[${index}]/b`]),
    );
  });

  it('names the item as it says, in conditions too, and nests', () => {
    const inner = forEach(
      'each[]/in',
      'host.ports',
      [runStep('each[]/in[]/x', { if: 'port != 2 && success()', env: { AT: '${{ host.name }}:${{ port }}' } })],
      { as: 'port' },
    );
    const run = new Run(runbookOf([loop({ as: 'host' }, [inner])]), {}, { inputs: { hosts: [{ name: 'h', ports: [1, 2] }] } });
    assert.deepEqual(envOf(run, 'each[0]/in[0]/x'), { AT: 'h:1' });
    run.end('each[0]/in[0]/x');
    assert.deepEqual([run.status, run.steps['each[0]/in[1]/x']], ['completed', 'skipped']);
  });

  it('of nothing succeeds, and of what is no list fails', () => {
    assert.equal(new Run(runbookOf([loop()]), {}, { inputs: { hosts: [] } }).status, 'completed');
    const run = new Run(runbookOf([loop()]), {}, { inputs: { hosts: 'x' } });
    assert.equal(run.cause?.error.code, 'list-wanted');
  });

  it('when cancelled begins no further item', () => {
    const run = new Run(runbookOf([loop()]), {}, start);
    run.cancel();
    run.end('each[0]/probe', { kind: 'cancelled' });
    assert.deepEqual([run.status, run.steps.each, run.started().length], ['cancelled', 'cancelled', 1]);
  });
});

describe('repeat', () => {
  it('between two passes ends with what goes wrong beside it, and not when its next pass is due', () => {
    const gate = gateStep('gate', { timeout: '1m' }, { needs: [] });
    const loop = repeat('loop', 'false', [set('loop[]/one', { n: 1 })], { delay: '10m' });
    const run = new Run(runbookOf([{ ...loop, needs: [] }, gate]));
    assert.equal(run.state.steps.loop?.at.kind, 'open');
    run.wait(60_000);
    assert.deepEqual([run.status, run.state.steps.loop?.at.kind], ['rejected', 'cancelled']);
  });

  const poll = (verb = {}) => repeat('poll', "steps.look.outputs.state == 'up'", [runStep('poll[]/look')], verb);

  it('passes until the condition holds, and the last pass counts afterwards', () => {
    const run = new Run(runbookOf([poll({ delay: '10s' }), runStep('after', { env: { S: '${{ steps.look.outputs.state }}' } })]));
    run.end('poll[0]/look', ok({ state: 'down' }));
    assert.equal(run.doing, 'wake 11000');
    assert.deepEqual(run.wait(9_999), []);
    run.wait(1);
    run.end('poll[1]/look', ok({ state: 'up' }));
    assert.deepEqual(envOf(run, 'after'), { S: 'up' });
  });

  it('fails when it has had enough passes', () => {
    const run = new Run(runbookOf([poll({ max: 2 })]));
    run.end('poll[0]/look');
    run.end('poll[1]/look');
    assert.deepEqual([run.status, run.cause?.error.code], ['failed', 'repeat-exhausted']);
  });

  it('fails with a step of a pass', () => {
    const run = new Run(runbookOf([poll()]));
    run.end('poll[0]/look', exit(1));
    assert.deepEqual([run.status, run.cause?.path], ['failed', 'poll[0]/look']);
  });

  it('is not woken while it waits in a paused run', () => {
    const run = new Run(runbookOf([poll({ delay: '1s' })]));
    run.end('poll[0]/look');
    run.tell({ kind: 'pause', actor: { by: 'ann', via: 'cli' } });
    assert.equal(run.doing, '');
    run.time += 60_000;
    run.tell({ kind: 'resume', actor: { by: 'ann', via: 'cli' } });
    assert.equal(run.doing, 'run-attempt poll[1]/look');
  });
});

describe('switch', () => {
  const choose = (inputs: Record<string, string>) =>
    new Run(
      runbookOf([
        verbStep('s', {
          kind: 'switch',
          branches: [
            { if: "inputs.x == 'a'", steps: [runStep('a')] },
            { if: "inputs.x == 'b'", steps: [runStep('s/#2/#1')] },
            { steps: [runStep('other')] },
          ],
        }),
        runStep('after'),
      ]),
      {},
      { inputs },
    );

  it('takes the first branch that holds', () => {
    assert.equal(choose({ x: 'a' }).doing, 'run-attempt a');
    assert.equal(choose({ x: 'b' }).doing, 'run-attempt s/#2/#1');
    const run = choose({ x: 'c' });
    run.end('other');
    assert.deepEqual([run.doing, run.steps.s], ['run-attempt after', 'succeeded']);
    run.end('after');
    assert.equal(run.steps.a, 'skipped');
  });

  it('without a branch that holds succeeds with nothing', () => {
    const run = new Run(runbookOf([verbStep('s', { kind: 'switch', branches: [{ if: 'false', steps: [runStep('a')] }] })]));
    assert.equal(run.status, 'completed');
  });
});

describe('set and wait', () => {
  it('values are there at once, with their types', () => {
    const run = new Run(
      runbookOf([set('v', { n: '${{ inputs.n }}', text: 'x${{ inputs.n }}' })], { outputs: { v: '${{ steps.v.outputs }}' } }),
      {},
      { inputs: { n: 4 } },
    );
    assert.deepEqual(run.finished?.outputs, { v: { n: 4, text: 'x4' } });
  });

  it('a wait is a timer, and one that was missed is over', () => {
    const run = new Run(runbookOf([verbStep('w', { kind: 'wait', for: '30s' }), runStep('a')]));
    assert.equal(run.doing, 'wake 31000');
    run.wait(3_600_000);
    assert.equal(run.doing, 'run-attempt a');
  });

  it('a condition is looked at again and again, up to its time', () => {
    const wait = verbStep('w', { kind: 'wait', until: "steps.a.outcome == 'success'", every: '5s', timeout: '12s' });
    const waiting = () => new Run(runbookOf([parallel('p', [runStep('a'), wait])]));
    const run = waiting();
    assert.equal(run.effects.find(({ kind }) => kind === 'wake')?.kind === 'wake' && run.doing, 'run-attempt a, wake 6000');
    run.end('a');
    run.wait(5_000);
    assert.equal(run.status, 'completed');
    const late = waiting();
    for (let turn = 0; turn < 3; turn++) late.wait(5_000);
    assert.equal(late.steps.w, 'failed');
    late.end('a');
    assert.equal(late.cause?.error.code, 'wait-timeout');
  });
});

describe('call', () => {
  const other = runbookOf([runStep('in', { env: { X: '${{ inputs.x }}', S: '${{ steps.a.outcome }}' } })], {
    name: 'other',
    inputs: { x: { type: 'integer', required: true } },
    outputs: { got: '${{ steps.in.outputs.n }}' },
    finally: [runStep('finally/#1')],
  });
  const calls = (book = other) => ({ calls: callsOf({ 'other.yaml': book }) });

  it('runs the other runbook with its own inputs and steps, and takes its outputs', () => {
    const run = new Run(
      runbookOf([runStep('a'), call('nested', './other.yaml', { x: '${{ inputs.n }}' })], {
        outputs: { got: '${{ steps.nested.outputs.got }}' },
      }),
      calls(),
      { inputs: { n: '7' } },
    );
    run.end('a');
    assert.deepEqual(envOf(run, 'nested/in'), { X: '7', S: '' });
    run.end('nested/in', ok({ n: 5 }));
    assert.equal(run.doing, 'run-attempt nested/finally/#1');
    run.end('nested/finally/#1');
    assert.deepEqual([run.status, run.finished?.outputs.got], ['completed', 5]);
  });

  it('fails when the other fails, after its cleanup', () => {
    const run = new Run(runbookOf([call('nested', 'other.yaml', { x: 1 }), runStep('after')]), calls());
    run.end('nested/in', exit(1));
    run.end('nested/finally/#1');
    assert.deepEqual([run.status, run.cause?.path, run.steps.nested], ['failed', 'nested/in', 'failed']);
  });

  it('cleans up in the other one, then in its own, when cancelled', () => {
    const nested = { ...other, onCancel: [runStep('on-cancel/#1')] };
    const run = new Run(
      runbookOf([call('nested', 'other.yaml', { x: 1 })], { onCancel: [runStep('on-cancel/#1')], finally: [runStep('finally/#1')] }),
      calls(nested),
    );
    run.cancel();
    run.end('nested/in', { kind: 'cancelled' });
    run.endAll();
    assert.deepEqual(run.started(), ['nested/in', 'nested/on-cancel/#1', 'nested/finally/#1', 'on-cancel/#1', 'finally/#1']);
    assert.equal(run.status, 'cancelled');
  });

  it('with wrong inputs, or of a file that the snapshot lacks, fails', () => {
    assert.equal(new Run(runbookOf([call('nested', 'other.yaml', { x: 'y' })]), calls()).cause?.error.code, 'input-wrong');
    assert.equal(new Run(runbookOf([call('nested', 'gone.yaml')]), calls()).cause?.error.code, 'call-missing');
  });
});

describe('fallback', () => {
  const step = runStep('a', {
    fallback: [runStep('fallback/a/#1', { env: { WHY: '${{ error.code }}' } }), runStep('fallback/a/b')],
    env: { OWN: '1' },
  });

  it('is taken when the step has failed for good, sees why, and gives its last outputs', () => {
    const run = new Run(runbookOf([step, runStep('after', { env: { N: '${{ steps.a.outputs.n }}' } })]));
    run.end('a', exit(1));
    assert.deepEqual(envOf(run, 'fallback/a/#1'), { OWN: '1', WHY: 'exit-code' });
    run.end('fallback/a/#1');
    run.end('fallback/a/b', ok({ n: 2 }));
    assert.deepEqual([run.steps.a, envOf(run, 'after').N], ['succeeded', '2']);
  });

  it('that fails leaves the step failed with its own error', () => {
    const run = new Run(runbookOf([step]));
    run.end('a', exit(7));
    run.end('fallback/a/#1', exit(8));
    assert.deepEqual([run.status, run.cause?.error.message], ['failed', 'The script ended with exit code 7.']);
  });

  it('is not taken after a rejection', () => {
    const run = new Run(runbookOf([{ ...step, approve: {} }]));
    run.reject('a');
    assert.deepEqual([run.status, run.started()], ['rejected', []]);
  });

  it('risks no more than was asked for', () => {
    const risky = runStep('a', { fallback: [runStep('fallback/a/#1', { script: 'systemctl stop web' })] });
    const run = new Run(runbookOf([risky]));
    assert.equal(run.status, 'waiting_approval');
    run.approve('a');
    run.end('a', exit(1));
    assert.equal(run.doing, 'run-attempt fallback/a/#1');
  });
});

describe('A rollback over nested steps', () => {
  const undone = (path: string, env = {}) => runStep(path, { undo: runStep(`undo/${path}`, { env }) });

  it('takes back in reverse what succeeded, in loops, branches and runbooks that were called', () => {
    const other = runbookOf([undone('in')], { name: 'other' });
    const run = new Run(
      runbookOf(
        [
          forEach('each', "fromJSON('[1,2]')", [undone('each[]/x', { ITEM: '${{ item }}' })]),
          parallel('p', [undone('a'), undone('b')]),
          call('nested', 'other.yaml'),
          runStep('last'),
        ],
        {
          onFailure: 'rollback',
        },
      ),
      { calls: callsOf({ 'other.yaml': other }) },
    );
    for (const path of ['each[0]/x', 'each[1]/x', 'b', 'a', 'nested/in']) run.end(path);
    run.end('last', exit(1));
    assert.equal(run.status, 'rolling_back');
    const undos = ['undo/nested/in', 'undo/a', 'undo/b', 'undo/each[1]/x', 'undo/each[0]/x'];
    for (const path of undos) {
      assert.equal(run.doing, `run-attempt ${path}`);
      if (path.includes('each')) assert.equal(envOf(run, path).ITEM, path.includes('[0]') ? '1' : '2');
      run.end(path);
    }
    assert.deepEqual([run.finished?.rollback, run.steps['each[0]/x'], run.status], ['full', 'undone', 'failed']);
  });

  it('of the runbook that was called takes back what that one did, and the caller the rest', () => {
    const other = runbookOf([undone('in'), runStep('bad')], { name: 'other', onFailure: 'rollback' });
    const run = new Run(runbookOf([undone('a'), call('nested', 'other.yaml')], { onFailure: 'rollback' }), {
      calls: callsOf({ 'other.yaml': other }),
    });
    run.end('a');
    run.end('nested/in');
    run.end('nested/bad', exit(1));
    run.endAll();
    assert.deepEqual(run.started(), ['a', 'nested/in', 'nested/bad', 'undo/nested/in', 'undo/a']);
  });

  it('takes back what a runbook that was called had done before it failed', () => {
    const other = runbookOf([undone('in'), runStep('bad')], { name: 'other' });
    const run = new Run(runbookOf([call('nested', 'other.yaml')], { onFailure: 'rollback' }), { calls: callsOf({ 'other.yaml': other }) });
    run.end('nested/in');
    run.end('nested/bad', exit(1));
    run.endAll();
    assert.deepEqual(run.started(), ['nested/in', 'nested/bad', 'undo/nested/in']);
    assert.equal(run.finished?.rollback, 'full');
  });
});

describe('A target', () => {
  const book = (target: string) =>
    runbookOf([runStep('a', { target })], { targets: { edge: { type: 'ssh', host: 'edge-1', password: 'p${{ secrets.pw }}' } } });
  const requestOf = (run: Run) => {
    const at = run.state.steps.a?.at;
    return at?.kind === 'running' && at.request.kind === 'script' ? at.request : undefined;
  };

  it('is resolved with its secrets in their place; the own one wins over the shared', () => {
    const shared = { edge: { type: 'ssh', host: 'other' }, db: { type: 'postgres', host: 'db-1' } };
    const request = requestOf(new Run(book('edge'), { targets: shared, secrets: { pw: 2 } }));
    assert.deepEqual(request?.connection, { type: 'ssh', host: 'edge-1', password: '' });
    assert.deepEqual(request?.secretTexts, [{ at: '/connection/password', parts: ['p', { secret: 'pw', version: 2 }] }]);
    assert.equal(request?.workingDirectory, '');
    assert.deepEqual(requestOf(new Run(book('db'), { targets: shared }))?.connection, { type: 'postgres', host: 'db-1' });
  });

  it('local has no connection, and one that nobody declared fails the step', () => {
    assert.equal(requestOf(new Run(book('local')))?.connection, undefined);
    assert.equal(new Run(book('nowhere')).cause?.error.code, 'target-unknown');
  });
});

describe('retry.with', () => {
  const actions = { 'http/request': { manifest: manifest('http/request', 'low', true), code: 'c' } };
  const network = { kind: 'failed', error: { code: 'http-failed', class: 'network', message: '', remedy: '' } } as const;
  const withOf = (run: Run) => {
    const at = run.state.steps.a?.at;
    return at?.kind === 'running' && at.request.kind === 'action' ? at.request.with : undefined;
  };
  const book = (retryWith: Record<string, string>, more = {}) =>
    runbookOf([
      useStep(
        'a',
        'http/request',
        { url: 'https://one', method: 'GET' },
        { retry: { attempts: 3, delay: '1s', with: retryWith }, ...more },
      ),
    ]);

  it('replaces parameters from the second attempt on, under the approval that showed it', () => {
    const run = new Run(book({ url: 'https://two?try=${{ attempt }}' }, { approve: {} }), { actions });
    run.approve('a');
    assert.deepEqual(withOf(run), { url: 'https://one', method: 'GET' });
    run.end('a', network);
    run.wait(2_000);
    assert.deepEqual(withOf(run), { url: 'https://two?try=2', method: 'GET' });
  });

  it('asks again where it turns out riskier than what was seen', () => {
    const run = new Run(book({ method: "${{ error.class == 'network' && 'DELETE' || 'GET' }}" }, { approve: {} }), { actions });
    run.approve('a');
    run.end('a', network);
    run.wait(2_000);
    assert.equal(run.status, 'waiting_approval');
    run.approve('a');
    assert.deepEqual(withOf(run)?.method, 'DELETE');
  });

  it('waits without jitter where there is to be none', () => {
    const step = runStep('a', { retry: { attempts: 2, on: ['any'], delay: '10s', jitter: false } });
    const run = new Run(runbookOf([step]));
    run.end('a', exit(1), 1, 0.99);
    assert.equal(run.doing, 'wake 11000');
  });
});
