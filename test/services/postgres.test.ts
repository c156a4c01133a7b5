import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Postgres } from './support/postgres.ts';
import { outputs, password, problemIn, runAction } from './support/sql.ts';
import { sqlPromises } from './support/sql-promises.ts';

describe('PostgreSQL target', function () {
  this.timeout(60_000);
  let server: Postgres;
  before(async () => {
    server = await Postgres.start();
  });
  after(() => server?.dispose());

  const query = (text: string, params: (string | number | boolean | null | object)[] = [], more = {}) =>
    runAction('sql/query', server.target(), { query: text, params: JSON.parse(JSON.stringify(params)) }, more);
  const execute = (text: string, more = {}) => runAction('sql/execute', server.target(), { query: text }, more);
  const waiting = async (like: string) => {
    const rows = await server.admin(
      `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND wait_event_type IS NOT NULL AND query LIKE '${like}' AND pid <> pg_backend_pid()`,
    );
    return rows.length > 0;
  };
  const eventually = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await sleep(50);
  };

  sqlPromises(() => server, {
    param: (n) => `$${n}`,
    sleep: (seconds) => `SELECT pg_sleep(${seconds})`,
    slowInsert: (id, seconds) => `INSERT INTO t SELECT ${id}, pg_sleep(${seconds})::text`,
    series: (last) => `SELECT n FROM generate_series(1, ${last}) AS n`,
    running: (like) =>
      `SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '${like}' AND pid <> pg_backend_pid()`,
    database: 'postgres',
  });

  it('gives each value as it is, and as text what JSON numbers cannot hold', async () => {
    const { rows } = outputs(
      await query(`SELECT 2::bigint AS small, 9007199254740993 AS big, 1.50::numeric AS exact, 0.1::float8 AS double, 'NaN'::float8 AS nan,
        '2024-02-03 04:05:06.789+02'::timestamptz AT TIME ZONE 'UTC' AS wall, '2024-02-03'::date AS day, 'infinity'::timestamp AS never,
        '\\xdeadbeef'::bytea AS bytes, '{"a": [1, 12345678901234567890]}'::jsonb AS json, NULL AS nothing, true AS yes,
        ARRAY[1, 2, NULL] AS list, ARRAY['a"b', '{c}', 'NULL', '\\'] AS texts, ARRAY[[1,2],[3,4]] AS nested, '{}'::int[] AS empty, '[0:1]={1,2}'::int[] AS bounds,
        interval '1 day 2 hours' AS span, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS id, '10.0.0.0/8'::inet AS net`),
    );
    assert.deepEqual(rows, [
      {
        small: 2,
        big: '9007199254740993',
        exact: '1.50',
        double: 0.1,
        nan: 'NaN',
        wall: '2024-02-03T02:05:06.789',
        day: '2024-02-03',
        never: 'infinity',
        bytes: '3q2+7w==',
        json: { a: [1, '12345678901234567890'] },
        nothing: null,
        yes: true,
        list: [1, 2, null],
        texts: ['a"b', '{c}', 'NULL', '\\'],
        nested: [
          [1, 2],
          [3, 4],
        ],
        empty: [],
        bounds: '[0:1]={1,2}',
        span: 'P1DT2H',
        id: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
        net: '10.0.0.0/8',
      },
    ]);
    await server.admin("ALTER ROLE app SET timezone = 'Asia/Kolkata'; ALTER ROLE app SET datestyle = 'German'");
    const zoned = await runAction('sql/query', server.target({ database: 'app', user: 'app', tls: 'require' }), {
      query: `SELECT '2024-02-03 00:00:00Z'::timestamptz AS t`,
    });
    await server.admin('ALTER ROLE app RESET ALL');
    assert.deepEqual(outputs(zoned).rows, [{ t: '2024-02-03T05:30:00+05:30' }]);
  });

  it('takes texts, numbers, truth values, lists, objects and null as parameters', async () => {
    const { rows } = outputs(
      await query('SELECT $1::text AS a, $2::numeric AS b, $3::bool AS c, $4::int[] AS d, $5::jsonb AS e, $6::text AS f, $7::text[] AS g', [
        'ä',
        1.5,
        true,
        [1, 2],
        { x: [1] },
        null,
        ['a"\\,b', '{}'],
      ]),
    );
    assert.deepEqual(rows, [{ a: 'ä', b: '1.5', c: true, d: [1, 2], e: { x: [1] }, f: null, g: ['a"\\,b', '{}'] }]);
    assert.equal(problemIn(await query('SELECT $1::int AS n', ['x'])).code, 'sql-refused');
    assert.equal(problemIn(await query('SELECT $1::int AS n', [])).class, 'invalid-input');
    assert.equal(problemIn(await query('SELECT $1::text AS n', ['\0'])).class, 'invalid-input');
  });

  it('shows where in the query the error is', async () => {
    const wrong = problemIn(await query("SELECT 'ü€' AS a,\n  nosuch\nFROM t"));
    assert.match(wrong.message, /column "nosuch" does not exist, at line 2, column 3 of the query/);
  });

  it('lets no function write while sql/query runs', async () => {
    outputs(
      await execute('CREATE OR REPLACE FUNCTION put() RETURNS int LANGUAGE sql AS $$ INSERT INTO t VALUES (99, NULL) RETURNING id $$'),
    );
    for (const text of [
      'SELECT put()',
      'WITH x AS (INSERT INTO t VALUES (1, NULL) RETURNING id) SELECT id FROM x',
      "SELECT set_config('transaction_read_only', 'off', true), put()",
    ])
      assert.match(problemIn(await query(text)).code, /^sql-(?:read-only|refused)$/, text);
    assert.deepEqual(outputs(await query('SELECT id FROM t')).rows, []);
  });

  it('gives what RETURNING gives', async () => {
    assert.deepEqual(
      outputs(await execute('INSERT INTO t SELECT n, NULL FROM generate_series(1, 1500) AS n RETURNING id AS n')).affected,
      1500,
    );
    const some = outputs(await runAction('sql/execute', server.target(), { query: 'DELETE FROM t RETURNING id AS n', limit: 2 }));
    assert.deepEqual({ ...some, rows: Object(some.rows).length }, { affected: 1500, rows: 2, truncated: true });
  });

  it('runs what must be outside a transaction, and refuses what needs another program', async () => {
    outputs(await execute('VACUUM t'));
    outputs(
      await execute(
        'CREATE OR REPLACE PROCEDURE two() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1, NULL); COMMIT; INSERT INTO t VALUES (2, NULL); END $$',
      ),
    );
    outputs(await execute('CALL two()'));
    assert.equal(outputs(await query('SELECT id FROM t'))['row-count'], 2);
    assert.match(problemIn(await execute('COPY t FROM STDIN')).message, /nothing to copy in/);
    assert.equal(problemIn(await execute("COPY t FROM PROGRAM 'id'")).class, 'permission');
    assert.equal(
      problemIn(await runAction('sql/query', server.target({ user: 'reader' }), { query: 'SELECT id FROM t' })).class,
      'permission',
    );
    assert.equal(problemIn(await runAction('sql/query', server.target({ database: 'nosuch' }), { query: 'SELECT 1' })).class, 'not-found');
  });

  it('leaves no setting, lock or temporary table behind', async () => {
    outputs(await execute("SELECT set_config('search_path', 'pg_catalog', false), pg_advisory_lock(7)"));
    outputs(await execute('CREATE TEMPORARY TABLE left_behind (id int)'));
    assert.deepEqual(outputs(await query("SELECT current_setting('search_path') AS path, to_regclass('left_behind') AS t")).rows, [
      { path: '"$user", public', t: null },
    ]);
    assert.deepEqual(await server.admin("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"), []);
    const open = await server.admin("SELECT 1 FROM pg_stat_activity WHERE application_name = 'runwright'");
    assert.ok(open.length >= 1 && open.length <= 12, String(open.length));
  });

  it('loses a deadlock with an error that is worth a retry', async () => {
    outputs(await execute('INSERT INTO t VALUES (1, NULL), (2, NULL)'));
    const other = new pg.Client({ host: 'localhost', port: server.port, user: 'admin', database: 'app', ssl: false });
    await other.connect();
    try {
      await other.query("SET deadlock_timeout = '10min'; BEGIN; UPDATE t SET name = 'other' WHERE id = 2");
      const ours = execute("DO $$ BEGIN UPDATE t SET name = 'ours' WHERE id = 1; UPDATE t SET name = 'ours' WHERE id = 2; END $$");
      await eventually(() => waiting('DO %'));
      const theirs = other.query("UPDATE t SET name = 'other' WHERE id = 1");
      const lost = problemIn(await ours);
      assert.equal(lost.class, 'server-error');
      assert.match(lost.message, /deadlock/);
      await theirs;
      await other.query('ROLLBACK');
    } finally {
      await other.end();
    }
  });

  it('says what became of a statement when the server ends during it', async () => {
    for (const [signal, code] of [
      ['SIGINT', 'sql-failed'],
      ['SIGQUIT', 'sql-failed'],
    ] as const) {
      const running = execute('INSERT INTO t SELECT 8, pg_sleep(302)::text');
      await eventually(() => waiting('%302%'));
      await server.down(signal);
      const ended = problemIn(await running);
      assert.match(ended.code, new RegExp(`^(?:${code}|sql-cut)$`), signal);
      await server.up();
      assert.deepEqual(outputs(await query('SELECT id FROM t')).rows, []);
    }
  });

  it('does not claim to know what became of a change that was cut off outside a transaction', async () => {
    outputs(
      await execute(
        'CREATE OR REPLACE PROCEDURE slow() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1, NULL); COMMIT; PERFORM pg_sleep(303); END $$',
      ),
    );
    const running = execute('CALL slow()');
    await eventually(() =>
      waiting('CALL slow%').then(async (asked) => asked && (await server.admin('SELECT 1 FROM t WHERE id = 1', 'app')).length > 0),
    );
    await server.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL slow%' AND pid <> pg_backend_pid()");
    const ended = problemIn(await running);
    assert.equal(ended.class, 'unknown');
    assert.equal(ended.code, 'sql-unknown');
  });

  it('keeps the password out of what the server is shown to run', async () => {
    outputs(await query('SELECT 1 AS n'));
    const seen = JSON.stringify(await server.admin('SELECT query, application_name FROM pg_stat_activity'));
    assert.ok(!seen.includes(password));
  });
});
