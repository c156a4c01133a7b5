import assert from 'node:assert/strict';
import { ChatHistory } from './history.ts';

function begin(stored?: unknown) {
  let kept = stored;
  let ids = 0;
  let time = 0;
  const history = new ChatHistory({
    load: () => kept,
    save: (value) => {
      kept = JSON.parse(JSON.stringify(value));
    },
    newId: () => `c${++ids}${stored === undefined ? '' : 'b'}`,
    now: () => ++time,
  });
  return { history, stored: () => kept };
}
const titles = (history: ChatHistory) => history.entries.map(({ title }) => title);

describe('the history of conversations', () => {
  it('lists what was said, the newest first, and opens it again after a reload', () => {
    const { history, stored } = begin();
    history.store({ turns: [1] }, 'Why did it fail?');
    history.begin();
    assert.equal(history.load(), undefined);
    history.store({ turns: [2] }, '  Block\n  it ');
    assert.deepEqual(titles(history), ['Block it', 'Why did it fail?']);
    const again = begin(stored()).history;
    assert.deepEqual(again.load(), { turns: [2] });
    assert.ok(again.open(again.entries[1]?.id ?? ''));
    assert.deepEqual(again.load(), { turns: [1] });
    assert.ok(!again.open('nowhere'));
    assert.deepEqual(again.load(), { turns: [1] });
  });

  it('does not list a conversation in which nothing was said', () => {
    const { history } = begin();
    history.store({ turns: [] }, undefined);
    history.begin();
    history.begin();
    assert.deepEqual(history.entries, []);
  });

  it('keeps a name that a person gave it', () => {
    const { history } = begin();
    history.store({}, 'One?');
    history.rename(history.current, 'Night shift');
    history.store({}, 'One?');
    assert.deepEqual(titles(history), ['Night shift']);
  });

  it('begins anew when the current one is deleted', () => {
    const { history } = begin();
    history.store({ turns: [1] }, 'One?');
    const old = history.current;
    history.delete(old);
    assert.notEqual(history.current, old);
    assert.equal(history.load(), undefined);
    assert.deepEqual(history.entries, []);
  });

  it('keeps the newest within its bounds, and always the current one', () => {
    const { history } = begin();
    for (let index = 0; index < 40; index++) {
      history.begin();
      history.store({ index }, `Question ${index}`);
    }
    assert.equal(history.entries.length, 30);
    assert.equal(titles(history).at(-1), 'Question 10');
    history.begin();
    history.store({ text: 'x'.repeat(9_000_000) }, 'Huge');
    assert.deepEqual(titles(history), ['Huge']);
  });

  it('begins empty when what was stored is not a history', () => {
    for (const stored of [null, 5, 'x', { turns: [] }, { current: 'c', chats: [{ id: 1 }] }])
      assert.deepEqual(begin(stored).history.entries, []);
  });
});
