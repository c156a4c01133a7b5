import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionManifest } from '../../runbook/core/action.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Outcome } from '../kernel/command.ts';
import type { ActionCode } from './action.ts';
import { actionConnector } from './action-connector.ts';
import type { Attempt } from './connector.ts';

const manifest: ActionManifest = {
  name: 'test/echo',
  description: 'For this test.',
  category: 'processing',
  complexity: 'simple',
  risk: 'low',
  idempotent: true,
  inputs: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: { text: { type: 'string', format: 'email' }, kind: { enum: ['a', 'b'] } },
  },
  outputs: {},
  estimate: 1,
};

function attemptOf(input: Readonly<Record<string, Json>>, more: Partial<Attempt> = {}): Attempt & { readonly shown: string[] } {
  const shown: string[] = [];
  return {
    run: 'r',
    path: 's',
    attempt: 1,
    request: {
      kind: 'action',
      action: 'test/echo',
      with: input,
      workingDirectory: '/w',
      workspace: '/w/.runwright',
      env: { B: '2' },
      target: 'local',
      secretTexts: [],
    },
    secrets: ['hunter2-hunter2'],
    folder: '/nowhere',
    shared: '/nowhere',
    keepSecret: async () => 1,
    environment: { A: '1', B: '1' },
    signal: new AbortController().signal,
    output: (_stream, text) => shown.push(text),
    shown,
    ...more,
  };
}

const withCode = (code: ActionCode, grace?: number) =>
  actionConnector({ 'test/echo': { manifest, code } }, grace === undefined ? {} : { grace });
const good = { text: 'a@example.net' };

describe('action connector', () => {
  it('runs the code with its input and environment, and hides secrets in log and outputs', async () => {
    const attempt = attemptOf(good);
    const outcome = await withCode(async (input, context) => {
      context.log('token hunter2-hunter2');
      return { kind: 'succeeded', outputs: { input: { ...input }, env: { ...context.environment }, leak: ['x hunter2-hunter2'] } };
    }).run(attempt);
    assert.deepEqual(outcome, { kind: 'succeeded', outputs: { input: good, env: { A: '1', B: '2' }, leak: ['x ***'] } });
    assert.deepEqual(attempt.shown, ['token ***\n']);
  });

  it('checks the input once more and names what is wrong, never the value', async () => {
    const connector = withCode(async () => assert.fail('ran'));
    const inputs: Readonly<Record<string, Json>>[] = [
      {},
      { text: 'hunter2-hunter2' },
      { text: 'a@example.net', kind: 'c' },
      { text: 'a@example.net', extra: 1 },
    ];
    for (const input of inputs) {
      const outcome = await connector.run(attemptOf(input));
      assert.ok(
        outcome.kind === 'failed' && outcome.error.code === 'action-input' && !outcome.error.message.includes('hunter2'),
        JSON.stringify(outcome),
      );
    }
  });

  it('answers for an action that is not there, also with an odd name', async () => {
    for (const action of ['other/action', 'toString', '__proto__']) {
      const outcome = await withCode(async () => assert.fail('ran')).run(
        attemptOf(good, {
          request: {
            kind: 'action',
            action,
            with: {},
            workingDirectory: '/w',
            workspace: '/w/.runwright',
            env: {},
            target: 'local',
            secretTexts: [],
          },
        }),
      );
      assert.ok(outcome.kind === 'failed' && outcome.error.code === 'action-unknown');
    }
  });

  it('hides what was put into the store from then on, in whatever form, and makes folders when they are asked for', async () => {
    const root = mkdtempSync(join(tmpdir(), 'runwright-action-'));
    try {
      const kept: string[][] = [];
      const attempt = attemptOf(good, {
        folder: join(root, 'attempt'),
        shared: join(root, 'shared'),
        keepSecret: async (...one) => kept.push(one),
      });
      const value = 'brand-new-password';
      const outcome = await withCode(async (_input, context) => {
        const version = await context.keepSecret('account', value);
        context.log(`set to ${Buffer.from(`user:${value}`).toString('base64')}`);
        assert.deepEqual(readdirSync(root), []);
        const folders = [context.scratch, context.shared];
        return {
          kind: 'succeeded',
          outputs: { version, value, folders, where: [context.run, context.step, context.folder, context.workspace] },
        };
      }).run(attempt);
      assert.deepEqual(kept, [['account', value]]);
      assert.deepEqual(outcome, {
        kind: 'succeeded',
        outputs: {
          version: 1,
          value: '***',
          folders: [join(root, 'attempt'), join(root, 'shared')],
          where: ['r', 's', '/w', '/w/.runwright'],
        },
      });
      assert.match(attempt.shown.join(''), /^set to \S*\*\*\*\S*\n$/);
      assert.equal(statSync(join(root, 'shared')).mode & 0o777, 0o700);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('makes a failed step of an error of the catalogue', async () => {
    const outcome = await withCode(async (_input, { host }) => {
      for await (const _ of (await host()).read('/nowhere/hunter2-hunter2')) assert.fail();
      return { kind: 'cancelled' };
    }).run(attemptOf(good));
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'path-missing' && outcome.error.message.includes('/nowhere/***'));
  });

  it('makes an outcome of code that throws, without its secrets', async () => {
    const outcome = await withCode(async () => Promise.reject(new Error('bad token hunter2-hunter2'))).run(attemptOf(good));
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'internal' && outcome.error.message.includes('***'));
  });

  it('ends code that does not listen, at its time limit and when cancelled', async () => {
    const deaf = withCode(() => new Promise(() => {}), 10);
    const late = await deaf.run(attemptOf(good, { timeout: 20 }));
    assert.ok(late.kind === 'failed' && late.error.code === 'step-timeout');
    const controller = new AbortController();
    const running = deaf.run(attemptOf(good, { signal: controller.signal }));
    controller.abort();
    assert.deepEqual(await running, { kind: 'cancelled' });
    assert.deepEqual(await deaf.run(attemptOf(good, { signal: controller.signal })), { kind: 'cancelled' });
  });

  it('gives code that was stopped the time to end what it does, and believes it when it succeeded', async () => {
    const ends = (outcome: Outcome) =>
      withCode(
        (_input, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => setImmediate(() => resolve(outcome)))),
      );
    const done: Outcome = { kind: 'succeeded', outputs: { rows: 1 } };
    assert.deepEqual(await ends(done).run(attemptOf(good, { timeout: 5 })), done);
    const late = await ends({ kind: 'cancelled' }).run(attemptOf(good, { timeout: 5 }));
    assert.ok(late.kind === 'failed' && late.error.code === 'step-timeout');
  });

  it('hands the target through, and refuses one of another type or none', async () => {
    const database = { ...manifest, targets: ['postgres'] };
    const connector = actionConnector({
      'test/echo': { manifest: database, code: async (_input, { connection }) => ({ kind: 'succeeded', outputs: { ...connection } }) },
    });
    const on = (connection?: Readonly<Record<string, Json>>) =>
      connector.run(
        attemptOf(good, {
          request: {
            kind: 'action',
            action: 'test/echo',
            with: good,
            workingDirectory: '/w',
            workspace: '/w/.runwright',
            env: {},
            target: connection ? 'db' : 'local',
            ...(connection ? { connection } : {}),
            secretTexts: [],
          },
        }),
      );
    assert.deepEqual(await on({ type: 'postgres', host: 'h' }), { kind: 'succeeded', outputs: { type: 'postgres', host: 'h' } });
    for (const connection of [undefined, { type: 'ssh' }, { type: 5 }]) {
      const refused = await on(connection);
      assert.ok(refused.kind === 'failed' && refused.error.code === 'target-needed', JSON.stringify(refused));
      assert.match(refused.error.remedy, /type: postgres/);
    }
    const local = await withCode(async () => assert.fail('ran')).run(
      attemptOf(good, {
        request: {
          kind: 'action',
          action: 'test/echo',
          with: good,
          workingDirectory: '/w',
          workspace: '/w/.runwright',
          env: {},
          target: 'edge',
          connection: { type: 'ssh' },
          secretTexts: [],
        },
      }),
    );
    assert.ok(local.kind === 'failed' && local.error.code === 'target-needed' && /edge, of type ssh/.test(local.error.message));
  });

  it('leaves out outputs of more than 256 KiB and names them', async () => {
    const outcome = await withCode(async () => ({
      kind: 'succeeded',
      outputs: { big: 'x'.repeat(300_000), list: Array.from({ length: 100_000 }, () => 'abc'), small: 1 },
    })).run(attemptOf(good));
    assert.deepEqual(outcome, { kind: 'succeeded', outputs: { small: 1, 'too-large': ['big', 'list'] } });
  });

  it('does not know what became of an action after the engine died', async () => {
    assert.equal(await withCode(async () => assert.fail('ran')).recover(attemptOf(good)), undefined);
  });
});
