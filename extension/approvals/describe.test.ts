import assert from 'node:assert/strict';
import type { ApprovalView } from '../../protocol/run.ts';
import { describe as describeApproval, describeMarkdown, escapeMarkdown, fence, unlinked, visible } from './describe.ts';

const approval = (script: string, more: Partial<ApprovalView> = {}): ApprovalView => ({
  run: 'r1',
  runbook: 'Relieve disk pressure',
  file: '/w/disk.runbook.yaml',
  step: 'free',
  line: 12,
  kind: 'approval',
  status: 'pending',
  digest: 'd',
  message: 'Free space?',
  risk: 'high',
  reason: 'author',
  request: { kind: 'script', script, shell: 'bash', workingDirectory: '/w', env: { KEY: '***edge_key***' }, target: 'local' },
  requestedAt: '2026-11-20T10:00:00Z',
  ...more,
});

describe('what an approval shows', () => {
  it('holds message, risk, folder, environment and script', () => {
    const { detail, hidden } = describeApproval(approval('rm -rf scratch'));
    for (const part of ['Free space?', 'Risk: high', 'In: /w', 'KEY=***edge_key***', 'rm -rf scratch'])
      assert.ok(detail.includes(part), part);
    assert.equal(hidden, 0);
  });

  it('says who may approve, who has, and what a retry or a target would change', () => {
    const who = { approvers: ['ann', 'bob'], unresolved: ['eve'], min: 2, given: ['ann'] };
    const { detail } = describeApproval(approval('true', who));
    for (const part of ['May be approved by: ann, bob', 'Nobody is called: eve', 'Needs: 2 people; approved so far: ann'])
      assert.ok(detail.includes(part), part);
    const request = { kind: 'action', action: 'http/request', with: { url: 'a' }, env: {}, target: 'edge' } as const;
    const more = { ...request, retryWith: { url: 'b' }, connection: { host: 'edge-1' } };
    const { detail: action } = describeApproval(approval('', { request: more }));
    assert.match(action, /tried again, with these instead:\n\{\n {2}"url": "b"\n\}\nedge is:\n\{\n {2}"host": "edge-1"/);
  });

  it('says how much of a long script it leaves out', () => {
    const { detail, hidden } = describeApproval(approval(Array.from({ length: 100 }, (_, n) => `echo ${n}`).join('\n')));
    assert.equal(detail.split('\n').length, 30);
    assert.ok(hidden >= 70);
  });

  it('says so when a long line is cut', () => {
    const { detail, hidden } = describeApproval(approval(`${'x'.repeat(1000)}; rm -rf /`));
    assert.ok(!detail.includes('rm -rf /'));
    assert.match(detail, /more characters/);
    assert.ok(hidden > 0);
  });

  it('shows direction overrides and controls instead of obeying them', () => {
    assert.equal(visible('a\u202Eb\u001b[2Kc\r\nd\re'), 'a⟨U+202E⟩b⟨U+001B⟩[2Kc\nd⟨U+000D⟩e');
    assert.equal(visible('one\ntwo', 'line'), 'one⏎two');
  });

  it('is no link in a notification', () => {
    assert.equal(unlinked('See [this](command:runwright.approve) or (that) [1]'), 'See [this] (command:runwright.approve) or (that) [1]');
  });

  it('cannot be left from inside a tooltip', () => {
    const text = describeMarkdown(approval('```\n[click](command:runwright.approve)\n```'));
    const fenceMark = /^(`+)text$/m.exec(text)?.[1] ?? '';
    assert.equal(fenceMark.length, 4);
    assert.equal(fence('a'), '```text\na\n```');
    assert.equal(escapeMarkdown('[x](command:y)'), '\\[x\\]\\(command\\:y\\)');
  });
});
