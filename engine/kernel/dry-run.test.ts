import assert from 'node:assert/strict';
import type { Json } from '../../runbook/core/json.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import type { Policy } from './event.ts';
import { type DryStep, dryRun, evolve, initial } from './kernel.ts';
import type { Snapshot } from './snapshot.ts';
import {
  call,
  callsOf,
  forEach,
  gateStep,
  manifest,
  parallel,
  person,
  repeat,
  runbookOf,
  runStep,
  set,
  snapshotOf,
  useStep,
  verbStep,
} from './support.test.ts';

interface Given {
  readonly inputs?: Readonly<Record<string, Json>>;
  readonly more?: Partial<Snapshot>;
  readonly only?: string;
  readonly given?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly policy?: Policy;
}

function look(runbook: Runbook, { inputs = {}, more = {}, only, given, policy = { askFrom: 'high' } }: Given = {}): readonly DryStep[] {
  const state = initial(snapshotOf(runbook, more), 'digest');
  const started = { time: 1, kind: 'run-started' as const, run: 'r', snapshot: 'digest', inputs, actor: person, policy };
  evolve(state, { ...started, ...(only === undefined ? {} : { only }), ...(given === undefined ? {} : { given }) });
  return dryRun(state, 1);
}

const actions = { 'net/get': { manifest: manifest('net/get'), code: 'c' } };
const step = (found: readonly DryStep[], path: string): DryStep => {
  const one = found.find((each) => each.path === path);
  assert(one, `${path} is not among ${found.map((each) => each.path).join(', ')}`);
  return one;
};

describe('a dry run', () => {
  it('puts in place what is known, and leaves as written what a step must give first', () => {
    const book = runbookOf(
      [
        runStep('probe', { outputs: { ip: '${{ result.ip }}' } }),
        useStep('ask', 'net/get', { url: 'https://${{ inputs.host }}/${{ steps.probe.outputs.ip }}', times: '${{ inputs.times }}' }),
      ],
      { inputs: { host: { type: 'string' }, times: { type: 'integer' } } },
    );
    const { request, later } = step(look(book, { inputs: { host: 'example.net', times: 3 }, more: { actions } }), 'ask');
    assert(request?.kind === 'action');
    assert.deepEqual(request.with, { url: 'https://example.net/${{ steps.probe.outputs.ip }}', times: 3 });
    assert.deepEqual(later, [{ expression: 'steps.probe.outputs.ip', when: ['when step probe has run'] }]);
  });

  it('follows what is not known through the environment, layer by layer', () => {
    const book = runbookOf(
      [
        runStep('a'),
        runStep('b', {
          env: { ALSO: 'as ${{ env.FROM }}', PLAIN: '${{ env.BASE }}!' },
          if: "env.ALSO == 'as 1'",
        }),
      ],
      { env: { BASE: 'base', FROM: '${{ steps.a.outputs.x }}' } },
    );
    const { request, later, condition, certain } = step(look(book), 'b');
    assert(request?.kind === 'script');
    assert.deepEqual(request.env, { BASE: 'base', FROM: '${{ steps.a.outputs.x }}', ALSO: 'as ${{ env.FROM }}', PLAIN: 'base!' });
    assert.deepEqual(condition, { expression: "env.ALSO == 'as 1'" });
    assert.equal(certain, false);
    assert.deepEqual(new Set(later.flatMap(({ when }) => when)), new Set(['when step a has run']));
  });

  it('knows what `set` gives and that a step is skipped, and what follows from both', () => {
    const book = runbookOf(
      [
        set('names', { host: 'db-${{ inputs.n }}' }),
        runStep('never', { if: 'inputs.n > 5' }),
        useStep('use', 'net/get', { url: '${{ steps.names.outputs.host }} ${{ steps.never.outcome }}' }),
        set('half', { x: '${{ steps.use.outputs.y }}' }),
        useStep('after', 'net/get', { url: '${{ steps.half.outputs.x }}' }),
      ],
      { inputs: { n: { type: 'integer' } } },
    );
    const found = look(book, { inputs: { n: 2 }, more: { actions } });
    const { request, later } = step(found, 'use');
    assert(request?.kind === 'action');
    assert.deepEqual([request.with, later], [{ url: 'db-2 skipped' }, []]);
    assert.deepEqual(step(found, 'never').condition, { expression: 'inputs.n > 5', holds: false });
    assert.equal(step(found, 'never').request, undefined);
    assert.deepEqual(step(found, 'after').later, [{ expression: 'steps.half.outputs.x', when: ['when step half has run'] }]);
  });

  it('shows the steps of loops once, every branch that is open, and only the branch that is taken where that is known', () => {
    const branches = (cond: string) => ({
      kind: 'switch' as const,
      branches: [{ if: cond, steps: [runStep(`${cond.length}-yes`)] }, { steps: [runStep(`${cond.length}-no`)] }],
    });
    const book = runbookOf([
      forEach('each', 'inputs.hosts', [useStep('each[]/get', 'net/get', { url: '${{ item }}' })]),
      forEach('later', 'steps.each.outputs.items', [runStep('later[]/x')]),
      repeat('poll', 'steps.look.outputs.done', [runStep('poll[]/look')], { max: 3 }),
      verbStep('known', branches('true')),
      verbStep('open', branches('steps.look.outputs.x')),
      parallel('both', [runStep('left'), runStep('right')]),
    ]);
    const found = look(book, { inputs: { hosts: ['a', 'b'] }, more: { actions } });
    assert.equal(step(found, 'each').items, 2);
    assert.equal(step(found, 'each[]/get').when, 'for each item of inputs.hosts');
    assert.deepEqual(step(found, 'each[]/get').later, [{ expression: 'item', when: ['for each item'] }]);
    assert.equal(step(found, 'later').items, undefined);
    assert.equal(step(found, 'later').request, undefined);
    assert.equal(step(found, 'poll[]/look').when, 'until steps.look.outputs.done, at most 3 times');
    assert.deepEqual(
      found.filter(({ inside }) => inside === 'known').map(({ when }) => when),
      ['if true'],
    );
    assert.deepEqual(
      found.filter(({ inside }) => inside === 'open').map(({ when }) => when),
      ['if steps.look.outputs.x', 'else'],
    );
    assert.deepEqual(
      found.filter(({ certain }) => certain).map(({ path }) => path),
      ['each', 'later', 'poll', 'known', '4-yes', 'open', 'both', 'left', 'right'],
    );
    assert(
      found.findIndex(({ path }) => path === 'both') < found.findIndex(({ path }) => path === 'left'),
      'what holds others comes first',
    );
  });

  it('goes into runbooks that are called, with inputs that are known and inputs that are not, whatever their type', () => {
    const other = runbookOf([useStep('get', 'net/get', { url: '${{ inputs.a }}', n: '${{ inputs.n }}', d: '${{ inputs.d }}' })], {
      inputs: { a: { type: 'string' }, n: { type: 'integer' }, d: { type: 'string', default: 'std' } },
    });
    const book = runbookOf([runStep('one'), call('sub', 'other.yaml', { a: 'x', n: '${{ steps.one.outputs.n }}' })]);
    const found = look(book, { more: { actions, calls: callsOf({ 'other.yaml': other }) } });
    const inner = step(found, 'sub/get');
    assert(inner.request?.kind === 'action');
    assert.deepEqual(inner.request.with, { url: 'x', n: '${{ inputs.n }}', d: 'std' });
    assert.deepEqual(inner.later, [{ expression: 'inputs.n', when: ['when step one has run'] }]);
    assert.deepEqual([inner.file, inner.inside], ['/w/other.yaml', 'sub']);
    assert.equal(step(found, 'sub').problem, undefined);
  });

  it('says which step would ask, why, and that a fallback below its risk does not ask again', () => {
    const book = runbookOf([
      runStep('drop', { script: 'rm -rf /srv/data', fallback: [runStep('fallback/drop/#1', { script: 'rm -rf /srv/old' })] }),
      gateStep('gate', { message: 'Go to ${{ inputs.where }} after ${{ steps.drop.outputs.x }}?' }),
      runStep('quiet'),
    ]);
    const found = look(book, { inputs: { where: 'blue' } });
    assert.equal(step(found, 'drop').asks?.reason, 'policy');
    assert.equal(step(found, 'fallback/drop/#1').asks, undefined);
    assert.equal(step(found, 'gate').asks?.message, 'Go to blue after ${{ steps.drop.outputs.x }}?');
    assert.equal(step(found, 'quiet').asks, undefined);
  });

  it('says already now what is certain to fail, and goes on with the steps behind it', () => {
    const book = runbookOf(
      [
        runStep('lost', { target: 'nowhere' }),
        useStep('secret', 'net/get', { token: '${{ secrets.TOKEN }}' }),
        runStep('elsewhere', { target: '${{ steps.lost.outputs.t }}' }),
        runStep('fine'),
      ],
      { secrets: ['TOKEN'] },
    );
    const found = look(book, { more: { actions } });
    assert.equal(step(found, 'lost').problem?.code, 'target-unknown');
    assert.equal(step(found, 'secret').problem?.code, 'secret-missing');
    const { request, problem, later } = step(found, 'elsewhere');
    assert(request?.kind === 'script');
    assert.deepEqual([request.target, problem, later.length], ['${{ steps.lost.outputs.t }}', undefined, 1]);
    assert.equal(step(found, 'fine').problem, undefined);
  });

  it('does not take what depends on how steps end for known, nor what belongs to the run itself', () => {
    const book = runbookOf(
      [
        runStep('a'),
        runStep('mend', { if: 'failure()' }),
        runStep('tell', { if: 'always()', env: { ID: '${{ run.id }} ${{ run.requested-by }}' } }),
      ],
      {
        onFailure: [useStep('on-failure/#1', 'net/get', { why: '${{ error.message }}' })],
        finally: [runStep('finally/#1')],
      },
    );
    const found = look(book, { more: { actions } });
    assert.equal(step(found, 'mend').condition?.holds, undefined);
    assert.equal(step(found, 'tell').condition?.holds, true);
    assert.deepEqual(step(found, 'tell').later, [{ expression: 'run.id', when: ['when the run has started'] }]);
    assert.equal(step(found, 'on-failure/#1').when, 'after a failure');
    assert.deepEqual(step(found, 'on-failure/#1').later, [{ expression: 'error.message', when: ['when a step has failed'] }]);
    assert.equal(step(found, 'finally/#1').certain, true);
  });

  it('of one step alone takes the outputs that are given for those of other steps', () => {
    const book = runbookOf([runStep('a'), useStep('b', 'net/get', { url: '${{ steps.a.outputs.u }}' })]);
    const found = look(book, { only: 'b', given: { a: { u: 'https://example.net' } }, more: { actions } });
    assert.deepEqual(
      found.map(({ path, later }) => [path, later.length]),
      [['b', 0]],
    );
  });

  it('ends where a runbook leads to more steps than anybody reads', () => {
    const state = initial(snapshotOf(runbookOf(Array.from({ length: 50 }, (_, index) => runStep(`s${index}`)))), 'd');
    evolve(state, { time: 1, kind: 'run-started', run: 'r', snapshot: 'd', inputs: {}, actor: person, policy: { askFrom: 'high' } });
    assert.equal(dryRun(state, 1, 20).length, 20);
  });
});
