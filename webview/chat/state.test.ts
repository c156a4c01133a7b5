import assert from 'node:assert/strict';
import type { ToChat, Turn } from '../../protocol/chat.ts';
import { atEnd, emptyState, isBusy, reduce } from './state.ts';

const turn = (more: Partial<Turn> = {}): Turn => ({
  id: 't1',
  question: 'why?',
  context: [],
  notes: [],
  state: 'answering',
  answer: '',
  model: 'offline',
  ...more,
});
const after = (...messages: ToChat[]) => messages.reduce(reduce, emptyState);

describe('what the chat page shows', () => {
  it('grows an answer by its tokens, and takes the whole at the end', () => {
    const state = after(
      { kind: 'turn', turn: turn() },
      { kind: 'token', turn: 't1', text: 'It ' },
      { kind: 'token', turn: 't1', text: 'failed' },
    );
    assert.equal(state.turns[0]?.answer, 'It failed');
    assert.equal(isBusy(state), true);
    const done = reduce(state, { kind: 'turn', turn: turn({ state: 'done', answer: 'It failed.' }) });
    assert.equal(done.turns.length, 1);
    assert.equal(done.turns[0]?.answer, 'It failed.');
    assert.equal(isBusy(done), false);
  });

  it('ignores tokens of a turn that has ended or is not there', () => {
    const state = after(
      { kind: 'turn', turn: turn({ state: 'stopped', answer: 'half' }) },
      { kind: 'token', turn: 't1', text: 'late' },
      { kind: 'token', turn: 'other', text: 'x' },
    );
    assert.equal(state.turns[0]?.answer, 'half');
  });

  it('says what is waited for until something comes', () => {
    const state = after({ kind: 'turn', turn: turn() }, { kind: 'status', turn: 't1', text: 'trying again in 2 s' });
    assert.equal(state.waiting.t1, 'trying again in 2 s');
    assert.deepEqual(reduce(state, { kind: 'token', turn: 't1', text: 'a' }).waiting, {});
    assert.deepEqual(reduce(state, { kind: 'turn', turn: turn({ state: 'failed' }) }).waiting, {});
  });

  it('goes along with new text only for a reader at the end', () => {
    assert.equal(atEnd({ scrollTop: 900, clientHeight: 100, scrollHeight: 1000 }), true);
    assert.equal(atEnd({ scrollTop: 880, clientHeight: 100, scrollHeight: 1000 }), true);
    assert.equal(atEnd({ scrollTop: 500, clientHeight: 100, scrollHeight: 1000 }), false);
  });
});
