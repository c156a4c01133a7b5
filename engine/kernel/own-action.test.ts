import assert from 'node:assert/strict';
import type { ActionManifest } from '../../runbook/core/action.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import type { Request } from './request.ts';
import type { ActionOfRun, Snapshot } from './snapshot.ts';
import { callsOf, exit, forEach, manifest, ok, Run, runbookOf, runStep, useStep } from './support.test.ts';

const file = '/w/own.yaml';
const own = (kind: 'script' | 'steps', more: Partial<ActionManifest> = {}): ActionOfRun => ({
  manifest: { ...manifest('x/own'), ...more },
  code: 'c',
  own: { kind, file },
});

function snapshot(kind: 'script' | 'steps', body: Runbook, more: Partial<ActionManifest> = {}): Partial<Snapshot> {
  return { calls: callsOf({ 'own.yaml': body }), actions: { 'x/own': own(kind, more) }, secrets: { key: 3, other: 1 } };
}

const requestOf = (run: Run, path: string): Request | undefined => {
  const at = run.state.steps[path]?.at;
  return at !== undefined && 'request' in at ? at.request : undefined;
};
const errorOf = (run: Run, path: string): string | undefined => {
  const at = run.state.steps[path]?.at;
  return at?.kind === 'failed' ? at.error.code : undefined;
};
const script = (more: Partial<Runbook> = {}) => runbookOf([runStep('#1', { script: 'go' })], more);
const ssh = { type: 'ssh', host: 'edge-1', password: 'p${{ secrets.key }}' };

describe("A script of one's own", () => {
  const inputs = { name: { type: 'string' }, 'some-list': { type: 'list' }, left: { type: 'string' } } as const;

  it('of a pack gets no secret that the pack does not name, whichever way it comes', () => {
    const permissions = { targets: ['local'], secrets: ['other'], network: [] };
    const actions = {
      'x/own': { ...own('script'), own: { kind: 'script', file, pack: { name: 'x', version: '1.0.0', permissions } } },
    } as const;
    const handed = (name: string, env: Record<string, string>) => {
      const step = useStep('a', 'x/own', { name }, { env });
      return errorOf(new Run(runbookOf([step]), { ...snapshot('script', script({ inputs })), actions }), 'a');
    };
    assert.equal(handed('${{ secrets.key }}', {}), 'pack-permission');
    assert.equal(handed('${{ env.SECRET }}', { SECRET: 'x ${{ secrets.key }}' }), 'pack-permission');
    assert.equal(handed('${{ env.SECRET }}', { SECRET: '${{ secrets.other }}' }), undefined);
    assert.equal(handed('plain', { SECRET: '${{ secrets.key }}' }), undefined);
  });

  it('gets its inputs as variables, and of the runbook nothing else', () => {
    const body = script({ inputs, env: { AGAIN: 'a ${{ inputs.name }}' } });
    const step = useStep('a', 'x/own', { name: '${{ secrets.key }}', 'some-list': [1, 'b'] }, { env: { SECRET: '${{ secrets.other }}' } });
    const request = requestOf(new Run(runbookOf([step], { env: { TOP: 'x' } }), snapshot('script', body)), 'a');
    assert.equal(request?.kind, 'script');
    assert.deepEqual(request?.kind === 'script' && request.env, { INPUT_NAME: '', INPUT_SOME_LIST: '[1,"b"]', AGAIN: '' });
    assert.deepEqual(request?.secretTexts, [
      { at: '/env/INPUT_NAME', parts: [{ secret: 'key', version: 3 }] },
      { at: '/env/AGAIN', parts: ['a ', { secret: 'key', version: 3 }] },
    ]);
  });

  it('refuses what does not fit, and a secret where nothing could hide it', () => {
    const unfit: readonly Readonly<Record<string, Json>>[] = [
      { nam: 'x' },
      { 'some-list': 7 },
      { 'some-list': ['${{ secrets.key }}'] },
      { 'some-list': '${{ secrets.key }}' },
    ];
    for (const input of unfit) {
      const run = new Run(runbookOf([useStep('a', 'x/own', input)]), snapshot('script', script({ inputs })));
      assert.equal(errorOf(run, 'a'), 'action-input', JSON.stringify(input));
    }
    const without = new Run(
      runbookOf([useStep('a', 'x/own', {})]),
      snapshot('script', script({ inputs: { name: { type: 'string', required: true } } })),
    );
    assert.equal(errorOf(without, 'a'), 'action-input');
  });

  it('never sees a secret that its file names', () => {
    const body = script({ env: { A: '${{ secrets.other }}' } });
    const run = new Run(runbookOf([useStep('a', 'x/own', {})], { secrets: ['other'] }), snapshot('script', body));
    assert.equal(errorOf(run, 'a'), 'secret-missing');
  });

  it('gives what it declares, of its type, and no more', () => {
    const outputs = {
      n: { type: 'number', description: '' },
      list: { type: 'list', description: '' },
      text: { type: 'string', description: '' },
    } as const;
    const ended = (given: Record<string, string>) => {
      const run = new Run(runbookOf([useStep('a', 'x/own', {})]), snapshot('script', script(), { outputs }));
      run.end('a', ok(given));
      return run;
    };
    const well = ended({ n: '4', list: '[1]', text: '4', more: 'x', stdout: 'y' });
    assert.deepEqual(well.state.frames['']?.results.a?.outputs, { n: 4, list: [1], text: '4' });
    assert.equal(errorOf(ended({ n: '4', text: '' }), 'a'), 'action-output-missing');
    assert.equal(errorOf(ended({ n: 'four', list: '[]', text: '' }), 'a'), 'action-output-wrong');
  });

  it('runs only on the types of target that it names', () => {
    const book = runbookOf([useStep('a', 'x/own', {}, { target: 'edge' })], { targets: { edge: ssh } });
    assert.equal(errorOf(new Run(book, snapshot('script', script())), 'a'), 'target-needed');
    const request = requestOf(new Run(book, snapshot('script', script(), { targets: ['ssh'] })), 'a');
    assert.deepEqual(request?.kind === 'script' && [request.target, request.workingDirectory], ['edge', '']);
  });

  it('is repeated after a loss where it says that it may be, and asks by its risk', () => {
    const run = new Run(runbookOf([useStep('a', 'x/own', {})]), snapshot('script', script(), { idempotent: true }));
    run.tell({ kind: 'attempt-lost', path: 'a', attempt: 1 });
    assert.equal(run.state.steps.a?.attempts, 2);
    const risky = new Run(runbookOf([useStep('a', 'x/own', {})]), snapshot('script', script(), { risk: 'high' }));
    assert.equal(risky.state.steps.a?.at.kind, 'waiting');
  });
});

describe("An action of one's own made of steps", () => {
  const inner = (more: Partial<Step> = {}) => runStep('in', more);

  it('is a frame of its own: inputs with secrets inside, no results or secrets from outside', () => {
    const body = runbookOf([inner({ env: { K: 'x${{ inputs.key }}' } })], { inputs: { key: { type: 'string' } } });
    const run = new Run(runbookOf([useStep('a', 'x/own', { key: '${{ secrets.key }}' })]), snapshot('steps', body));
    assert.deepEqual(requestOf(run, 'a/in')?.secretTexts, [{ at: '/env/K', parts: ['x', { secret: 'key', version: 3 }] }]);
    const peeking = runbookOf([inner({ env: { K: '${{ secrets.other }}' } })]);
    assert.equal(errorOf(new Run(runbookOf([useStep('a', 'x/own', {})]), snapshot('steps', peeking)), 'a/in'), 'secret-missing');
    const asText = runbookOf([inner({ if: "inputs.key == 'guess'" })], { inputs: { key: { type: 'string' } } });
    const guessing = new Run(runbookOf([useStep('a', 'x/own', { key: '${{ secrets.key }}' })]), snapshot('steps', asText));
    assert.equal(errorOf(guessing, 'a/in'), 'expression-failed');
  });

  it('runs where it is used, in a loop, on a target that reads the item', () => {
    const targets = { edge: { type: 'ssh', host: '${{ item }}' } };
    const book = runbookOf([forEach('each', 'fromJSON(\'["h1"]\')', [useStep('each[]/a', 'x/own', {}, { target: 'edge' })])], { targets });
    const run = new Run(book, snapshot('steps', runbookOf([inner()]), { targets: ['ssh'] }));
    const request = requestOf(run, 'each[0]/a/in');
    assert.deepEqual(request?.kind === 'script' && [request.target, request.connection?.host], ['edge', 'h1']);
  });

  it('asks in its steps by the risk that it declares, and not before', () => {
    const run = new Run(
      runbookOf([useStep('a', 'x/own', {})]),
      snapshot('steps', runbookOf([inner()], { risk: 'high' }), { risk: 'high' }),
    );
    assert.deepEqual([run.state.steps.a?.at.kind, run.state.steps['a/in']?.at.kind], ['open', 'waiting']);
  });

  it('cannot have an id that paths of other steps begin with', () => {
    assert.throws(() => new Run(runbookOf([useStep('verify', 'x/own', {})]), snapshot('steps', runbookOf([inner()]))), /verify/);
  });
});

describe('The undo that an action brings along', () => {
  it('sees what the step was given and gave, on its target, and nothing of the runbook', () => {
    const undo: Step = {
      ...runStep('undo/a', { env: { WHAT: '${{ inputs.key }} ${{ result.id }} ${{ inputs.n }}', TOP: '${{ env.TOP }}' } }),
      byAction: true,
    };
    const step = useStep('a', 'x/own', { key: '${{ secrets.key }}', n: '${{ inputs.n }}' }, { undo, target: 'edge' });
    const body = script({ inputs: { key: { type: 'string' }, n: { type: 'number', default: 7 } } });
    const outputs = { id: { type: 'string', description: '' } } as const;
    const book = runbookOf([step, runStep('bad')], {
      onFailure: 'rollback',
      env: { TOP: 'x' },
      inputs: { n: { type: 'number' } },
      targets: { edge: { ...ssh, user: '${{ inputs.n }}' } },
    });
    const run = new Run(book, snapshot('script', body, { outputs, targets: ['ssh'] }), { inputs: { n: 5 } });
    run.end('a', ok({ id: 'r1' }));
    run.end('bad', exit(1));
    const request = requestOf(run, 'undo/a');
    assert.equal(request?.kind, 'script');
    if (request?.kind !== 'script') return;
    assert.deepEqual([request.env.TOP, request.target, request.connection?.user], ['', 'edge', 5]);
    assert.deepEqual(request.secretTexts[0], { at: '/env/WHAT', parts: [{ secret: 'key', version: 3 }, ' r1 5'] });
  });
});
