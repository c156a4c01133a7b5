import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { Pool } from './pool.ts';

class FakeSession {
  usable = true;
  closed = 0;
  close(): void {
    this.usable = false;
    this.closed++;
  }
}

const never = new AbortController().signal;

function poolOf(options: { max?: number; idle?: number } = {}) {
  const opened: FakeSession[] = [];
  const pool = new Pool(async () => {
    const session = new FakeSession();
    opened.push(session);
    return session;
  }, options);
  return { pool, opened };
}

describe('pool of connections', () => {
  it('lends one again that was given back, and none that is broken', async () => {
    const { pool, opened } = poolOf();
    const first = await pool.take(never);
    assert.equal(first.fresh, true);
    pool.give(first.session);
    const again = await pool.take(never);
    assert.deepEqual([again.session === first.session, again.fresh], [true, false]);
    pool.give(again.session);
    again.session.usable = false;
    assert.notEqual((await pool.take(never)).session, first.session);
    assert.deepEqual([opened.length, opened[0]?.closed, pool.size], [2, 1, 1]);
  });

  it('never has more than its most, and serves who waits in order', async () => {
    const { pool, opened } = poolOf({ max: 2 });
    const order: number[] = [];
    const work = Array.from({ length: 9 }, async (_, at) => {
      const { session } = await pool.take(never);
      order.push(at);
      await turn();
      if (at === 4) session.close();
      pool.give(session);
    });
    await Promise.all(work);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert.ok(opened.length <= 3 && pool.size <= 2);
  });

  it('lets go of who gives up waiting, and loses nothing by it', async () => {
    const { pool } = poolOf({ max: 1 });
    const { session } = await pool.take(never);
    const impatient = new AbortController();
    const waiting = pool.take(impatient.signal);
    const patient = pool.take(never);
    impatient.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    pool.give(session);
    assert.equal((await patient).session, session);
    await assert.rejects(pool.take(AbortSignal.abort(new Error('never began'))), /never began/);
  });

  it('closes one that opens after its asker has gone', async () => {
    const { promise, resolve } = Promise.withResolvers<FakeSession>();
    const pool = new Pool(() => promise);
    const controller = new AbortController();
    const asked = pool.take(controller.signal);
    controller.abort(new Error('gone'));
    await assert.rejects(asked, /gone/);
    const late = new FakeSession();
    resolve(late);
    await turn();
    assert.deepEqual([late.closed, pool.size], [1, 0]);
  });

  it('counts no connection that could not be opened', async () => {
    let tries = 0;
    const pool = new Pool<FakeSession>(
      async () => {
        if (tries++ < 3) throw new Error('refused');
        return new FakeSession();
      },
      { max: 1 },
    );
    const asked = await Promise.allSettled([pool.take(never), pool.take(never), pool.take(never), pool.take(never)]);
    assert.deepEqual(
      asked.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.equal(pool.size, 1);
  });

  it('closes what nobody wants any more', async () => {
    const { pool, opened } = poolOf({ idle: 1 });
    pool.give((await pool.take(never)).session);
    while (pool.size > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.equal(opened[0]?.closed, 1);
    const { pool: other } = poolOf();
    other.give((await other.take(never)).session);
    other.close();
    assert.equal(other.size, 0);
  });
});
