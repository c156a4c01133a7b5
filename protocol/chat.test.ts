import assert from 'node:assert/strict';
import { isFromChat, isToChat } from './chat.ts';

describe('messages of the chat', () => {
  const good: readonly unknown[] = [
    { kind: 'ready' },
    { kind: 'ask', text: 'why?' },
    { kind: 'stop' },
    { kind: 'retry', turn: 't1' },
    { kind: 'set-provider', provider: 'offline' },
    { kind: 'reveal-step', turn: 't', step: 'a/b' },
    { kind: 'run' },
  ];
  const bad: readonly unknown[] = [
    undefined,
    null,
    'ready',
    [],
    {},
    { kind: 'approve', run: 'r', step: 's' },
    { kind: 'ask' },
    { kind: 'ask', text: '' },
    { kind: 'ask', text: 5 },
    { kind: 'ask', text: 'x'.repeat(20_001) },
    { kind: 'run', command: 'rm -rf /' },
    { kind: 'set-provider', provider: 'https://evil.example' },
    { kind: 'reveal-step', turn: 't', step: 's', file: '/etc/passwd' },
    { kind: 'ready', __proto__: { kind: 'run' }, extra: 1 },
  ];
  it('from the page are taken when they are in the protocol', () => {
    for (const message of good) assert.equal(isFromChat(message), true, JSON.stringify(message));
  });
  it('from the page are refused when anything is wrong or too much', () => {
    for (const message of bad) assert.equal(isFromChat(message), false, JSON.stringify(message)?.slice(0, 100));
  });
  it('to the page are checked as well', () => {
    assert.equal(isToChat({ kind: 'token', turn: 't', text: 'x' }), true);
    assert.equal(isToChat({ kind: 'token', turn: 't' }), false);
    assert.equal(isToChat({ kind: 'ask', text: 'x' }), false);
  });
});
