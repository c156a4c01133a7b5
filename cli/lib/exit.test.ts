import assert from 'node:assert/strict';
import { RunStatus } from '../../protocol/run.ts';
import { catalogue, type ProblemCode, problem } from '../../runbook/core/errors.ts';
import { exitOfProblem, exitOfRun } from './exit.ts';

const code = (name: ProblemCode) => exitOfProblem(problem(name));

describe('exit codes', () => {
  it('ends with 0 for a completed run only', () => {
    const zero = RunStatus.enum.filter((status) => exitOfRun(status) === 0);
    assert.deepEqual(zero, ['completed']);
    assert.deepEqual([exitOfRun('rejected'), exitOfRun('paused'), exitOfRun('rolling_back'), exitOfRun('cancelled')], [1, 3, 3, 130]);
  });

  it('tells apart what is wrong, unknown, refused and out of reach', () => {
    assert.deepEqual(
      ['file-missing', 'file-unreadable', 'runbook-invalid', 'input-wrong', 'input-missing', 'flags-wrong', 'node-old'].map((name) =>
        code(name as ProblemCode),
      ),
      [2, 2, 2, 2, 2, 2, 2],
    );
    assert.deepEqual([code('run-unknown'), code('step-unknown')], [4, 4]);
    assert.deepEqual([code('folder-untrusted'), code('approval-stale'), code('approval-none'), code('secret-short')], [5, 5, 5, 5]);
    assert.deepEqual([code('engine-unreachable'), code('state-folder'), code('engine-other-version')], [6, 6, 6]);
  });

  it('never ends with 0 for a problem', () => {
    for (const name of Object.keys(catalogue)) assert.notEqual(code(name as ProblemCode), 0, name);
  });
});
