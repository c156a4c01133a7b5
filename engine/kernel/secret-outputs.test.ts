import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Outcome } from './command.ts';
import { forEach, manifest, Run, repeat, runbookOf, runStep, useStep } from './support.test.ts';

const login = runStep('login', { secretOutputs: ['token'] });
const withToken: Outcome = { kind: 'succeeded', outputs: { stdout: 'in' }, exitCode: 0, secretOutputs: ['token'] };
const T = '${{ steps.login.outputs.token }}';
const actions = { 'a/b': { manifest: manifest('a/b'), code: 'c' } };
const refusal = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;

function textsOf(run: Run, path: string) {
  const at = run.state.steps[path]?.at;
  return at?.kind === 'running' ? at.request.secretTexts : undefined;
}

describe('A secret output', () => {
  it('is asked for with the attempt, and only where the step names some', () => {
    const run = new Run(runbookOf([login, runStep('b')]));
    assert.deepEqual(
      run.effects.map((effect) => effect.kind === 'run-attempt' && effect.secretOutputs),
      [['token']],
    );
    run.end('login', withToken);
    assert.deepEqual(
      run.effects.map((effect) => effect.kind === 'run-attempt' && 'secretOutputs' in effect),
      [false],
    );
  });

  it('is a marker in env, with and targets, whole or one part of it, whatever the case', () => {
    const target = { edge: { type: 'ssh', host: 'h', password: T } };
    const use = useStep('b', 'a/b', { h: { auth: `Bearer ${T}` }, part: "${{ steps.Login.outputs['TOKEN'].key }}" });
    const run = new Run(runbookOf([login, use, runStep('c', { env: { T }, target: 'edge' })], { targets: target }), { actions });
    run.end('login', withToken);
    const ref = { secret: 'steps.login.outputs.token', version: 1 };
    assert.deepEqual(textsOf(run, 'b'), [
      { at: '/with/h/auth', parts: ['Bearer ', ref] },
      { at: '/with/part', parts: [{ ...ref, path: ['key'] }] },
    ]);
    run.end('b');
    assert.deepEqual(textsOf(run, 'c'), [
      { at: '/env/T', parts: [ref] },
      { at: '/connection/password', parts: [ref] },
    ]);
    assert.equal(JSON.stringify(run.state).includes('Bearer ${{'), true, 'the runbook itself is in the snapshot');
  });

  it('fails what looks at it in any other way', () => {
    for (const step of [
      runStep('b', { if: "steps.login.outputs.token == 'x'" }),
      runStep('b', { env: { T: "${{ format('{0}', steps.login.outputs.token) }}" } }),
      runStep('b', { env: { T: "${{ steps.login.outputs.token || 'x' }}" } }),
      runStep('b', { outputs: { t: T } }),
    ]) {
      const run = new Run(runbookOf([login, step]));
      run.end('login', withToken);
      if (run.doing === 'run-attempt b') run.end('b');
      assert.equal(run.cause?.error.code, 'expression-failed', JSON.stringify(step));
    }
    const own = new Run(runbookOf([runStep('login', { secretOutputs: ['token'], outputs: { t: '${{ result.token }}' } })]));
    own.end('login', withToken);
    assert.equal(own.cause?.error.code, 'expression-failed');
    const out = new Run(runbookOf([login], { outputs: { t: T } }));
    out.end('login', withToken);
    assert.equal(out.finished?.status, 'failed');
  });

  it('is not in what is read as a whole, and other outputs are', () => {
    const run = new Run(runbookOf([login, runStep('b', { env: { ALL: '${{ toJSON(steps.login.outputs) }}' } })]));
    run.end('login', withToken);
    const at = run.state.steps.b?.at;
    assert.deepEqual(at?.kind === 'running' && at.request.kind === 'script' && JSON.parse(at.request.env.ALL ?? ''), { stdout: 'in' });
  });

  it('belongs to its attempt, and another attempt has none of it', () => {
    const run = new Run(runbookOf([{ ...login, retry: { attempts: 2 } }, runStep('b', { env: { T } })]));
    run.end('login', { kind: 'failed', error: problem('step-timeout', { timeout: '5m' }), secretOutputs: ['token'] });
    run.wait(1e9);
    run.end('login', withToken);
    assert.deepEqual(textsOf(run, 'b'), [{ at: '/env/T', parts: [{ secret: 'steps.login.outputs.token', version: 2 }] }]);
  });

  it('passes from the last step of a fallback to the step it stands in for', () => {
    const other = { ...runStep('other', { secretOutputs: ['token'] }), path: 'fallback/login/other' };
    const run = new Run(runbookOf([runStep('login', { fallback: [other] }), runStep('b', { env: { T } })]));
    run.end('login', { kind: 'failed', error: { code: 'exit-code', class: 'exit', message: '', remedy: '' } });
    run.end('fallback/login/other', withToken);
    assert.deepEqual(textsOf(run, 'b')?.[0]?.parts, [{ secret: 'steps.fallback/login/other.outputs.token', version: 1 }]);
  });

  it('counts inside its item, and from the last pass of a repeat', () => {
    const inner = (path: string) => runStep(path, { secretOutputs: ['token'] });
    const uses = { ...runStep('each[]/use', { env: { T: '${{ steps.get.outputs.token }}' } }) };
    const each = new Run(runbookOf([forEach('each', "fromJSON('[1,2]')", [inner('each[]/get'), uses])]));
    each.end('each[0]/get', withToken);
    assert.deepEqual(textsOf(each, 'each[0]/use')?.[0]?.parts, [{ secret: 'steps.each[0]/get.outputs.token', version: 1 }]);
    const again = new Run(
      runbookOf([repeat('again', 'true', [inner('again[]/get')]), runStep('b', { env: { T: '${{ steps.get.outputs.token }}' } })]),
    );
    again.end('again[0]/get', withToken);
    assert.deepEqual(textsOf(again, 'b')?.[0]?.parts, [{ secret: 'steps.again[0]/get.outputs.token', version: 1 }]);
  });

  it('cannot be computed, nor given from outside', () => {
    const computed = runStep('login', { secretOutputs: ['token'], outputs: { Token: '${{ result.stdout }}' } });
    assert.throws(() => new Run(runbookOf([computed])), refusal('secret-output-computed'));
    const book = runbookOf([login, runStep('b', { env: { T } })]);
    assert.throws(() => new Run(book, {}, { only: 'b', given: { login: { token: 'x' } } }), refusal('secret-output-given'));
  });
});
