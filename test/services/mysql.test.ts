import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { Mysql } from './support/mysql.ts';
import { outputs, password, problemIn, runAction } from './support/sql.ts';
import { sqlPromises } from './support/sql-promises.ts';

describe('MySQL target', function () {
  this.timeout(60_000);
  let server: Mysql;
  before(async () => {
    server = await Mysql.start();
  });
  after(() => server?.dispose());

  const query = (text: string, params: (string | number | boolean | null | object)[] = []) =>
    runAction('sql/query', server.target(), { query: text, params: JSON.parse(JSON.stringify(params)) });
  const execute = (text: string) => runAction('sql/execute', server.target(), { query: text });
  const running = async (like: string) =>
    (
      await server.admin(
        `SELECT 1 FROM information_schema.processlist WHERE command IN ('Query', 'Execute') AND info LIKE '${like}' AND id <> connection_id()`,
      )
    ).length > 0;
  const eventually = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await sleep(50);
  };

  sqlPromises(() => server, {
    param: () => '?',
    sleep: (seconds) => `SELECT SLEEP(${seconds}) AS n`,
    slowInsert: (id, seconds) => `INSERT INTO t SELECT ${id}, SLEEP(${seconds})`,
    series: (last) => `SELECT seq AS n FROM seq_1_to_${last}`,
    running: (like) =>
      `SELECT count(*) AS n FROM information_schema.processlist WHERE command IN ('Query', 'Execute') AND info LIKE '${like}' AND id <> connection_id()`,
    database: 'app',
  });

  it('gives each value as it is, and as text what JSON numbers cannot hold', async () => {
    outputs(await execute('DROP TABLE IF EXISTS kinds'));
    outputs(
      await execute(
        "CREATE TABLE kinds (big bigint, huge bigint unsigned, exact decimal(10,2), dbl double, j json, b bit(9), y year, e enum('a','b'), ts datetime(3), d date, ti time, bl blob, tx text, nothing int)",
      ),
    );
    outputs(
      await execute(
        `INSERT INTO kinds VALUES (2, 18446744073709551615, 1.5, 0.1, '{"a": [1, 12345678901234567890]}', b'101', 2024, 'b', '2024-01-02 03:04:05.678', '2024-01-02', '12:00:01', x'deadbeef', 'ü€😀', NULL)`,
      ),
    );
    assert.deepEqual(outputs(await query('SELECT * FROM kinds')).rows, [
      {
        big: 2,
        huge: '18446744073709551615',
        exact: '1.50',
        dbl: 0.1,
        j: { a: [1, '12345678901234567890'] },
        b: 5,
        y: 2024,
        e: 'b',
        ts: '2024-01-02T03:04:05.678',
        d: '2024-01-02',
        ti: '12:00:01',
        bl: '3q2+7w==',
        tx: 'ü€😀',
        nothing: null,
      },
    ]);
  });

  it('takes texts, numbers, truth values, objects and null as parameters', async () => {
    assert.deepEqual(outputs(await query('SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e', ['ä', 1.5, true, { x: [1] }, null])).rows, [
      { a: 'ä', b: 1.5, c: 1, d: '{"x":[1]}', e: null },
    ]);
    assert.deepEqual(outputs(await query('SELECT seq AS n FROM seq_1_to_9 LIMIT ?', [2])).rows, [{ n: 1 }, { n: 2 }]);
    for (const params of [[], [1, 2]])
      assert.equal(problemIn(await query('SELECT ? AS a', params)).class, 'invalid-input', String(params.length));
  });

  it('writes no file on the server and reads none of this machine', async () => {
    for (const text of ["SELECT 1 INTO OUTFILE '/tmp/x'", "SELECT 1 /*!50000 INTO DUMPFILE */ '/tmp/x'", 'SELECT 1 INTO/**/OUTFILE "x"'])
      assert.equal(problemIn(await query(text)).code, 'sql-read-only', text);
    assert.equal(problemIn(await execute("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t (name)")).code, 'sql-refused');
  });

  it('counts what RETURNING gives, and the first answer of a procedure', async () => {
    assert.deepEqual(outputs(await execute('INSERT INTO t SELECT seq, NULL FROM seq_1_to_3 RETURNING id')), {
      affected: 3,
      rows: [{ id: 1 }, { id: 2 }, { id: 3 }],
      truncated: false,
    });
    outputs(await execute('DROP PROCEDURE IF EXISTS several'));
    outputs(await execute('CREATE PROCEDURE several() BEGIN SELECT 1 AS a; SELECT 2 AS b; DELETE FROM t; END'));
    assert.deepEqual(outputs(await execute('CALL several()')), { affected: 3, rows: [{ a: 1 }], truncated: false });
    assert.deepEqual(outputs(await query('SELECT id FROM t')).rows, []);
  });

  it('tells a wrong right from a wrong database', async () => {
    assert.equal(
      problemIn(await runAction('sql/execute', server.target({ user: 'reader' }), { query: 'DELETE FROM t' })).class,
      'permission',
    );
    assert.match(
      problemIn(await runAction('sql/query', server.target({ database: 'nosuch' }), { query: 'SELECT 1' })).class,
      /not-found|permission/,
    );
    assert.match(problemIn(await query('SELECT nosuch FROM t')).message, /nosuch/);
    assert.match(problemIn(await query('SELECT 1\nFROM t WHERE AND')).message, /at line 2/);
  });

  it('leaves no setting, lock or temporary table behind', async () => {
    outputs(await execute("SET @mine = 1, SESSION sql_mode = 'ANSI_QUOTES'"));
    outputs(await execute('LOCK TABLES t WRITE'));
    outputs(await execute('CREATE TEMPORARY TABLE left_behind (id int)'));
    const { rows } = outputs(await query("SELECT @mine AS mine, @@sql_mode LIKE '%ANSI_QUOTES%' AS mode, is_free_lock('mine') AS free"));
    assert.deepEqual(rows, [{ mine: null, mode: 0, free: 1 }]);
    assert.equal(problemIn(await query('SELECT id FROM left_behind')).code, 'sql-refused');
    outputs(await runAction('sql/execute', server.target({ tls: 'require' }), { query: "INSERT INTO t VALUES (1, 'not locked')" }));
  });

  it('loses a deadlock with an error that is worth a retry', async () => {
    outputs(await execute('INSERT INTO t SELECT seq, NULL FROM seq_1_to_200'));
    outputs(await execute('DROP PROCEDURE IF EXISTS crossing'));
    outputs(
      await execute(
        "CREATE PROCEDURE crossing() BEGIN UPDATE t SET name = 'ours' WHERE id = 1; UPDATE t SET name = 'ours' WHERE id = 2; END",
      ),
    );
    const other = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'app', password, database: 'app' });
    try {
      await other.query('START TRANSACTION');
      // The one with fewer changes is the victim.
      await other.query("UPDATE t SET name = 'other' WHERE id > 1");
      const ours = execute('CALL crossing()');
      await eventually(() => running('%WHERE id = 2%'));
      const theirs = other.query("UPDATE t SET name = 'other' WHERE id = 1");
      const lost = problemIn(await ours);
      assert.equal(lost.class, 'server-error');
      assert.match(lost.message, /[Dd]eadlock/);
      await theirs;
    } finally {
      await other.end();
    }
  });

  it('does not claim to know what became of a change when the server ends during it', async () => {
    const cut = execute('INSERT INTO t SELECT 8, SLEEP(302)');
    await eventually(() => running('%302%'));
    await server.down('SIGKILL');
    const ended = problemIn(await cut);
    assert.equal(ended.code, 'sql-unknown');
    assert.equal(ended.class, 'unknown');
    await server.up();
    const read = query('SELECT SLEEP(303) AS n');
    await eventually(() => running('%303%'));
    await server.down('SIGKILL');
    assert.equal(problemIn(await read).class, 'network');
    await server.up();
    assert.deepEqual(outputs(await query('SELECT id FROM t')).rows, []);
  });
});
