import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../../runbook/core/json.ts';
import { freePort } from './server.ts';
import { outputs, problemIn, runAction } from './sql.ts';

export interface SqlServer {
  readonly port: number;
  readonly certificates: { readonly ca: string; readonly caText: string };
  target(more?: Readonly<Record<string, string | number | boolean>>): JsonObject;
  admin(text: string, database?: string): Promise<readonly object[]>;
  readonly socket: string;
  freeze(frozen: boolean): void;
  up(): Promise<void>;
  down(signal?: NodeJS.Signals): Promise<void>;
}

/** How one dialect says what the promises need. */
export interface Dialect {
  /** The n-th parameter. */
  readonly param: (n: number) => string;
  /** Sleeps that many seconds and gives a row. */
  readonly sleep: (seconds: number) => string;
  /** A statement that puts a row with this id into `t` after so many seconds. */
  readonly slowInsert: (id: number, seconds: number) => string;
  /** Numbers from 1, one a row, in the column `n`. */
  readonly series: (last: number) => string;
  /** Gives `n` for statements like this one that run now. */
  readonly running: (like: string) => string;
  /** Where an administrator asks that. */
  readonly database: string;
}

/** Reads until it holds; the test's own time limit ends it otherwise. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(50);
}

/** What a SQL target keeps, whichever server it is. */
export function sqlPromises(server: () => SqlServer, dialect: Dialect): void {
  const query = (text: string, params: (string | number | null)[] = [], more = {}, limit?: number) =>
    runAction('sql/query', server().target(), { query: text, params, ...(limit === undefined ? {} : { limit }) }, more);
  const execute = (text: string, params: (string | number | null)[] = [], more = {}) =>
    runAction('sql/execute', server().target(), { query: text, params }, more);
  const count = async () => (outputs(await query('SELECT count(*) AS n FROM t')).rows as { n: number }[])[0]?.n;
  const runs = async (like: string) => Number(Object(await server().admin(dialect.running(like), dialect.database))[0].n) > 0;

  beforeEach(async () => {
    outputs(await execute('DROP TABLE IF EXISTS t'));
    outputs(await execute('CREATE TABLE t (id int PRIMARY KEY, name varchar(100))'));
  });

  it('gives rows, and the count of what was changed', async () => {
    const added = outputs(await execute(`INSERT INTO t VALUES (${dialect.param(1)}, ${dialect.param(2)}), (2, NULL)`, [1, 'one']));
    assert.deepEqual(added, { affected: 2, rows: [], truncated: false });
    const found = outputs(await query('SELECT id, name FROM t ORDER BY id'));
    assert.deepEqual(found, {
      rows: [
        { id: 1, name: 'one' },
        { id: 2, name: null },
      ],
      'row-count': 2,
      truncated: false,
    });
    assert.equal(outputs(await execute('UPDATE t SET name = NULL WHERE id > 5')).affected, 0);
    assert.deepEqual(outputs(await query('SELECT id FROM t WHERE id > 5')).rows, []);
  });

  it('takes a value for a value, whatever it looks like', async () => {
    const evil = `'); DROP TABLE t; -- "\\'/*`;
    outputs(await execute(`INSERT INTO t VALUES (1, ${dialect.param(1)})`, [evil]));
    assert.deepEqual(outputs(await query(`SELECT name FROM t WHERE name = ${dialect.param(1)}`, [evil])).rows, [{ name: evil }]);
  });

  it('runs one statement and never a second', async () => {
    const refused = problemIn(await execute('INSERT INTO t VALUES (1, NULL); INSERT INTO t VALUES (2, NULL)'));
    assert.equal(refused.code, 'sql-refused');
    assert.equal(await count(), 0);
    for (const empty of ['', '  \n', 'SELECT 1\0; DROP TABLE t']) assert.equal(problemIn(await execute(empty)).code, 'action-input');
  });

  it('lets sql/query change nothing, and says what does', async () => {
    outputs(await execute('INSERT INTO t VALUES (1, NULL)'));
    for (const text of [
      'DELETE FROM t',
      'UPDATE t SET id = 2',
      'DROP TABLE t',
      'EXPLAIN ANALYZE DELETE FROM t',
      '/* SELECT */ DELETE FROM t',
      'SET autocommit = 1',
      'COMMIT',
    ])
      assert.match(`${problemIn(await query(text)).code}`, /^sql-(?:read-only|refused)$/, text);
    const refused = problemIn(
      await query('SELECT * FROM t FOR UPDATE').then((ran) => (ran.outcome.kind === 'failed' ? ran : query('DELETE FROM t'))),
    );
    assert.equal(refused.code, 'sql-read-only');
    assert.match(refused.remedy, /sql\/execute/);
    assert.equal(await count(), 1);
  });

  it('keeps nothing of a statement that fails halfway', async () => {
    outputs(await execute('INSERT INTO t VALUES (5, NULL)'));
    const refused = problemIn(await execute('INSERT INTO t VALUES (4, NULL), (5, NULL)'));
    assert.equal(refused.code, 'sql-conflict');
    assert.equal(refused.class, 'invalid-input');
    assert.equal(await count(), 1);
  });

  it('overlooks no row: more than the limit is an error, or said', async () => {
    assert.equal(problemIn(await query(dialect.series(1001))).code, 'sql-rows');
    assert.equal(outputs(await query(dialect.series(1000)))['row-count'], 1000);
    assert.deepEqual(outputs(await query(dialect.series(100_000), [], {}, 2)), {
      rows: [{ n: 1 }, { n: 2 }],
      'row-count': 2,
      truncated: true,
    });
    assert.equal(outputs(await query(dialect.series(2), [], {}, 2)).truncated, false);
  });

  it('never takes a huge answer into memory', async () => {
    const before = process.memoryUsage().rss;
    const many = dialect.series(2_000_000).replace(/^SELECT /, `SELECT repeat('x', 1000) AS filler, `);
    assert.equal(problemIn(await query(many, [], {}, 100_000)).code, 'output-too-large');
    assert.ok(process.memoryUsage().rss - before < 200e6);
    assert.equal(await count(), 0);
  });

  it('does not let two columns of one name hide each other', async () => {
    assert.match(problemIn(await query('SELECT 1 AS a, 2 AS a')).message, /named a/);
  });

  it('stops a statement on the server when its time is up', async () => {
    const late = problemIn(await query(dialect.sleep(300), [], { timeout: 500 }));
    assert.equal(late.code, 'step-timeout');
    assert.equal(await runs('%300%'), false);
  });

  it('stops a statement on the server when it is cancelled, and keeps nothing of it', async () => {
    const controller = new AbortController();
    const running = execute(dialect.slowInsert(7, 301), [], { signal: controller.signal });
    await eventually(() => runs('%301%'));
    controller.abort();
    assert.deepEqual((await running).outcome, { kind: 'cancelled' });
    assert.equal(await runs('%301%'), false);
    assert.equal(await count(), 0);
  });

  it('ends at its time limit when the server stands still, in a statement and between two', async () => {
    outputs(await query('SELECT 1 AS n'));
    const running = execute(dialect.slowInsert(9, 304), [], { timeout: 1500 });
    await eventually(() => runs('%304%'));
    server().freeze(true);
    try {
      assert.equal(problemIn(await running).code, 'step-timeout');
      assert.equal(problemIn(await query('SELECT 1 AS n', [], { timeout: 300 })).code, 'step-timeout');
    } finally {
      server().freeze(false);
    }
    await eventually(async () => !(await runs('%304%')));
    assert.equal(await count(), 0);
  });

  it('is reached by its socket, without a network', async () => {
    assert.deepEqual(outputs(await runAction('sql/query', server().target({ host: server().socket }), { query: 'SELECT 1 AS n' })).rows, [
      { n: 1 },
    ]);
  });

  it('leaves nothing of one statement to the next, and uses few connections', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, (_, n) => query(`SELECT ${dialect.param(1)} AS n`, [String(n)])));
    assert.deepEqual(
      all.map((ran) => (outputs(ran).rows as { n: string }[])[0]?.n),
      Array.from({ length: 40 }, (_, n) => String(n)),
    );
  });

  it('tells what is wrong with a target', async () => {
    const problemOf = async (more: Record<string, string | number | boolean>) =>
      problemIn(await runAction('sql/query', server().target(more), { query: 'SELECT 1 AS n' }));
    const wrong = await problemOf({ password: 'wrong password' });
    assert.equal(wrong.code, 'sql-login');
    assert.equal(wrong.class, 'auth');
    assert.ok(!JSON.stringify(wrong).includes('wrong password'));
    assert.equal((await problemOf({ password: '' })).code, 'sql-login');
    assert.equal((await problemOf({ user: 'nobody_here' })).class, 'auth');
    const refused = await problemOf({ port: await freePort() });
    assert.match(refused.message, /nothing listens there \(ECONNREFUSED\)/);
    assert.equal(refused.class, 'network');
    const unknown = await problemOf({ host: 'no-such-host.invalid', tls: 'off' });
    assert.match(unknown.message, /ENOTFOUND|EAI_AGAIN/);
    assert.equal((await problemOf({ port: 'x' })).code, 'target-wrong');
    assert.equal((await problemOf({ host: '' })).code, 'target-wrong');
    assert.equal((await problemOf({ tls: 'sometimes' })).code, 'target-wrong');
  });

  it('ends at its time limit against a server that says nothing, and against one that is none', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
    });
    const talkative = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const listen = async (one: typeof silent) => {
      await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
      return Object(one.address()).port as number;
    };
    try {
      const at = async (port: number, timeout?: number) =>
        problemIn(
          await runAction(
            'sql/query',
            server().target({ host: '127.0.0.1', port, tls: 'off' }),
            { query: 'SELECT 1 AS n' },
            timeout ? { timeout } : {},
          ),
        );
      assert.equal((await at(await listen(silent), 300)).code, 'step-timeout');
      assert.equal((await at(await listen(talkative))).code, 'sql-unreachable');
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
      talkative.close();
    }
  });

  it('needs a target of its own', async () => {
    const missing = problemIn(await runAction('sql/query', undefined, { query: 'SELECT 1 AS n' }));
    assert.equal(missing.code, 'target-needed');
    assert.match(missing.message, /postgres or mysql, and this step runs on local/);
    const ssh = problemIn(await runAction('sql/execute', { type: 'ssh', host: 'h' }, { query: 'SELECT 1 AS n' }));
    assert.match(ssh.message, /of type ssh/);
  });

  it('encrypts and checks who answers, as the target says', async () => {
    const { ca, caText } = server().certificates;
    const ask = (tls: string | boolean | JsonObject, user = 'tls_only') =>
      runAction('sql/query', { ...server().target({ user }), tls }, { query: 'SELECT 1 AS n' });
    const good: (string | JsonObject)[] = ['require', { mode: 'verify', ca }, { ca: caText }];
    for (const tls of good) assert.deepEqual(outputs(await ask(tls)).rows, [{ n: 1 }], JSON.stringify(tls).slice(0, 40));
    const unknown = problemIn(await ask('verify'));
    assert.equal(unknown.code, 'sql-tls');
    assert.match(unknown.message, /unknown authority|self-signed certificate|unable to/);
    const plain = problemIn(await ask('off'));
    assert.equal(plain.class, 'auth');
    const other = problemIn(
      await runAction(
        'sql/query',
        { ...server().target({ host: '127.0.0.1', user: 'tls_only' }), tls: { ca } },
        { query: 'SELECT 1 AS n' },
      ),
    );
    assert.match(other.code, /^(?:sql-tls|target-wrong)$/);
    assert.equal(problemIn(await ask({ ca: '/nowhere/ca.pem' })).code, 'target-wrong');
  });

  it('goes on after the server was started again, over connections that died unnoticed', async () => {
    outputs(await query('SELECT 1 AS n'));
    await server().down();
    assert.equal(problemIn(await query('SELECT 1 AS n')).class, 'network');
    await server().up();
    assert.deepEqual(outputs(await query('SELECT 1 AS n')).rows, [{ n: 1 }]);
  });
}
