import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { actions } from '../../actions/index.ts';
import { actionConnector } from '../../engine/connectors/action-connector.ts';
import { decide, effects, evolve, initial, type State } from '../../engine/kernel/kernel.ts';
import { sha256 } from '../../engine/local/digest.ts';
import { Journal } from '../../engine/local/journal/journal.ts';
import type { Parts } from '../../engine/local/parts.ts';
import { LocalRuntime } from '../../engine/local/runtime.ts';
import { openSecretStore } from '../../engine/local/secrets/file-store.ts';
import { openSecrets } from '../../engine/local/secrets/secrets.ts';
import { runbookOf } from '../../engine/local/support/fixtures.ts';
import { eventOf, person } from '../../engine/local/support/harness.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import { Postgres } from './support/postgres.ts';
import { remove, temporary } from './support/server.ts';
import { password } from './support/sql.ts';

/** A step that uses an action on the target `db`, or another. */
function uses(id: string, action: string, input: Record<string, Json>, more: Partial<Step> = {}): Step {
  return {
    path: id,
    id,
    line: 1,
    verb: { kind: 'uses', action, with: input },
    target: 'db',
    env: {},
    onError: 'continue',
    outputs: {},
    ...more,
  };
}

/** The runtime with the real kernel, journal, secrets and actions; only the runbook's file is not parsed. */
function runtimeOf(folder: string, journal: Journal, runbook: Runbook, environment: Record<string, string>): LocalRuntime<State> {
  const parts: Parts<State> = {
    stateFolder: folder,
    kernel: { initial, decide: (state, command) => decide(state, command, { sha256 }), evolve, effects },
    connectors: [actionConnector(actions)],
    secrets: openSecrets({ folder, local: openSecretStore({ folder }), environment }),
    trust: { folders: async () => [], add: async () => undefined, remove: async () => undefined, trusts: async () => true },
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, { manifest, code }]) => [name, { manifest, code: sha256(String(code)) }]),
    ),
    load: async () => runbook,
    ownActions: async () => [],
    loadAction: async () => ({ kind: 'steps', body: runbook }),
    checkInputs: (_runbook, given) => given as Record<string, Json>,
    environment: () => ({}),
    now: () => Date.now(),
    random: () => 0.5,
    log: () => undefined,
  };
  return new LocalRuntime(parts, journal);
}

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile() && readFileSync(file).includes(text));
}

describe('run over a database', function () {
  this.timeout(60_000);
  let server: Postgres;
  const folder = temporary('run');
  before(async () => {
    server = await Postgres.start();
  });
  after(async () => {
    await server?.dispose();
    remove(folder);
  });

  it('puts the password into the connection and nowhere else', async () => {
    const file = join(folder, 'a.runbook.yaml');
    writeFileSync(file, 'runbook: v1\n');
    writeFileSync(join(folder, 'secrets.yaml'), 'secrets: { pw: { env: DB_PASSWORD }, wrong: { env: WRONG } }\n');
    const wrong = 'a-wrong-password-value';
    const target = (secret: string) => ({
      type: 'postgres',
      host: 'localhost',
      port: server.port,
      user: 'app',
      password: `\${{ secrets.${secret} }}`,
      database: 'app',
    });
    const runbook = runbookOf(
      [
        uses('make', 'sql/execute', { query: 'CREATE TABLE kept (id int, text text)' }),
        uses('put', 'sql/execute', { query: 'INSERT INTO kept VALUES ($1, $2)', params: [5, '${{ secrets.pw }}'] }),
        uses('ask', 'sql/query', {
          query: "SELECT id, text, encode(text::bytea, 'hex') AS hex FROM kept WHERE id = $1",
          params: ['${{ steps.put.outputs.affected == 1 && 5 }}'],
        }),
        uses('quoted', 'sql/query', { query: 'SELECT text::int AS n FROM kept' }),
        uses('login', 'sql/query', { query: 'SELECT 1' }, { target: 'bad' }),
        uses('nowhere', 'sql/query', { query: 'SELECT 1' }, { target: 'local' }),
      ],
      { secrets: ['pw', 'wrong'], targets: { db: target('pw'), bad: target('wrong') } },
    );
    const journal = new Journal(folder);
    const runtime = runtimeOf(folder, journal, runbook, { DB_PASSWORD: password, WRONG: wrong });
    try {
      const { id } = await runtime.start({ file, via: 'cli' }, person);
      const finished = eventOf(runtime, id, 'run-finished');
      // Each question is answered for what it shows.
      const answer = async () => {
        for (const { step, digest } of await runtime.approvals()) await runtime.approve(id, { step, digest, via: 'cli' }, person);
      };
      const asked = runtime.follow(
        { run: id, after: 0 },
        { event: (event) => event.type === 'approval-requested' && void answer(), live: () => undefined },
      );
      await finished;
      asked();
      const shown = await runtime.show(id);
      const step = (name: string) => shown.steps.find((one) => one.id === name);
      assert.deepEqual(step('ask')?.outputs?.rows, [{ id: 5, text: '***', hex: '***' }], JSON.stringify(shown.steps));
      assert.deepEqual(
        ['quoted', 'login', 'nowhere'].map((name) => step(name)?.error?.code),
        ['sql-refused', 'sql-login', 'target-needed'],
      );
      for (const secret of [password, wrong]) {
        assert.ok(!JSON.stringify(shown).includes(secret));
        assert.deepEqual(filesWith(folder, secret), []);
      }
    } finally {
      await runtime.stop();
      journal.close();
    }
    for (const secret of [password, wrong]) assert.deepEqual(filesWith(folder, secret), []);
  });
});
