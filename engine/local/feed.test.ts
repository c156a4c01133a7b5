import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { digestOf } from './digest.ts';
import { Feed } from './feed.ts';
import { Journal } from './journal/journal.ts';
import { runbookOf, scriptStep, snapshotOf, startedEvent, temporaryFolder } from './support/fixtures.ts';

describe('feed', () => {
  it('gives each event once and in order, while more are written than fit into a page', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    const snapshot = snapshotOf(runbookOf([scriptStep('one', 'a')]));
    const digest = digestOf(snapshot);
    const feed = new Feed(journal);
    const write = async (count: number, from: number) => {
      for (let seq = from; seq < from + count; seq++)
        feed.publish(await journal.append('r1', seq, [{ time: seq, kind: 'phase-entered', phase: 'steps' }]));
    };
    feed.publish(await journal.append('r1', 0, [startedEvent('r1', digest)], { digest, snapshot, environment: {} }));
    await write(450, 1);
    const seen: number[] = [];
    const { promise: live, resolve } = Promise.withResolvers<void>();
    const stop = feed.follow({ run: 'r1', after: 3 }, { event: ({ seq }) => seen.push(seq), live: resolve });
    await Promise.all([live, write(50, 451)]);
    feed.output({ seq: 501, time: '', run: 'r1', type: 'output', text: 'x' });
    feed.output({ seq: 1, time: '', run: 'other', type: 'output', text: 'x' });
    assert.deepEqual(seen, [...Array.from({ length: 498 }, (_, index) => index + 4), 501]);
    stop();
    await write(1, 501);
    assert.equal(seen.length, 499);
    journal.close();
  });

  it('of all runs begins with what comes', async () => {
    using dir = temporaryFolder();
    const journal = new Journal(dir.folder);
    const snapshot = snapshotOf(runbookOf([scriptStep('one', 'a')]));
    const digest = digestOf(snapshot);
    const feed = new Feed(journal);
    const begin = async (run: string) =>
      feed.publish(await journal.append(run, 0, [startedEvent(run, digest)], { digest, snapshot, environment: {} }));
    await begin('r1');
    const seen: string[] = [];
    await new Promise<void>((resolve) => feed.follow({ after: 0 }, { event: ({ run }) => seen.push(run), live: resolve }));
    await begin('r2');
    await begin('r3');
    assert.deepEqual(seen, ['r2', 'r3']);
    journal.close();
  });
});
