import assert from 'node:assert/strict';
import type { ActionView } from '../../protocol/lsp.ts';
import type { Json } from '../../runbook/core/json.ts';
import { answerFollowUp } from './follow-up.ts';
import { phrases } from './phrases.ts';
import type { Plan } from './plan.ts';
import { readPlan } from './read.ts';
import { planText, seenFrom } from './runbook.ts';
import { knownFrom } from './slots.ts';

const manifest = (name: string): ActionView => ({
  name,
  description: '',
  category: 'integration',
  risk: name.endsWith('reset_passwords') ? 'critical' : 'medium',
  inputs: { type: 'object', properties: { query: { type: 'string' } }, required: name === 'sql/query' ? ['query'] : [] },
  outputs: {},
  estimate: 1000,
});
const catalog = [...phrases.map(({ uses }) => uses), 'sql/query'].map(manifest);
const ticket = { ...knownFrom('SSH brute force from 203.0.113.50 against host web-07'), title: 'SSH brute force' };

const plan = (text: string, known?: typeof ticket): Plan => {
  const read = readPlan(text, { catalog, ...(known === undefined ? {} : { known }) });
  assert.ok(read, text);
  return read;
};
const said = (text: string, known?: typeof ticket): [string, Json][] =>
  plan(text, known).actions.map(({ uses, with: given }) => [uses, given]);
const open = (text: string, known?: typeof ticket): string[] => plan(text, known).missing.map(({ parameter }) => parameter);

describe('a sentence read as actions', () => {
  it('takes the address and the duration, in seconds', () => {
    assert.deepEqual(said('Block IP 192.168.1.100 for 24 hours'), [['security/block_ip', { ip: '192.168.1.100', duration: 86_400 }]]);
    assert.deepEqual(said('ban 2001:db8::1 permanently'), [['security/block_ip', { ip: '2001:db8::1', duration: 'permanent' }]]);
    assert.deepEqual(said('block 1[.]2[.]3[.]4 for a day and a half hour')[0]?.[0], 'security/block_ip');
  });

  it('asks for what is missing', () => {
    assert.deepEqual(open('Block IP 192.168.1.100'), ['duration']);
    assert.deepEqual(open('Block the attacking IP and alert the team'), ['ip', 'duration']);
    assert.deepEqual(open('reset the passwords'), ['users']);
  });

  it('takes from the ticket what the words point at', () => {
    assert.deepEqual(said('Block the attacking IP and alert the team', ticket)[0], ['security/block_ip', { ip: '203.0.113.50' }]);
    assert.deepEqual(said('disconnect the affected host', ticket), [['security/isolate_host', { host: 'web-07' }]]);
    assert.deepEqual(open('Block 10.0.0.1 for 1 hour', ticket), []);
  });

  it('finds several actions and several things', () => {
    assert.deepEqual(
      said('block 192.0.2.1 and 192.0.2.2 for a day').map(([, given]) => given),
      [
        { ip: '192.0.2.1', duration: 86_400 },
        { ip: '192.0.2.2', duration: 86_400 },
      ],
    );
    assert.deepEqual(
      said('Quarantine laptop ws-4711 for 2 hours, reset the password of mallory and tell the analysts that ws-4711 is offline').map(
        ([uses]) => uses,
      ),
      ['security/isolate_host', 'security/reset_passwords', 'notify/analysts'],
    );
    assert.equal(plan('isolate web-01 and reset the passwords of ann and bob').risk, 'critical');
  });

  it('fills a message with what the other actions do, and anew when they change', () => {
    const first = plan('Block IP 192.0.2.9 and alert the team');
    const answered = answerFollowUp(first, '24 hours', catalog);
    assert.ok(answered.kind === 'plan');
    assert.deepEqual(answered.plan.missing, []);
    assert.deepEqual(answered.plan.actions[1]?.with, { text: 'Block 192.0.2.9 for 24 hours' });
  });

  it('understands answers in words, and a refusal', () => {
    const first = plan('Block the attacking IP');
    const second = answerFollowUp(first, "it's 192.0.2.7", catalog);
    assert.ok(second.kind === 'plan');
    assert.equal(second.plan.missing[0]?.parameter, 'duration');
    assert.equal(answerFollowUp(second.plan, 'purple', catalog).kind, 'unclear');
    assert.equal(answerFollowUp(second.plan, 'never mind', catalog).kind, 'cancel');
  });

  it('calls any action by its name', () => {
    assert.deepEqual(said('run sql/query query="select 1"'), [['sql/query', { query: 'select 1' }]]);
    assert.deepEqual(open('run sql/query'), ['query']);
  });

  it('does nothing for what is refused, told, doubted, quoted or depends on something', () => {
    for (const text of [
      "don't block 192.0.2.1",
      'we must never isolate web-01',
      'he told me to ban 192.0.2.8',
      'the ticket says: isolate host web-4',
      'I wonder whether we should isolate web-01',
      'if 192.0.2.7 comes back block it for a day',
      'somebody wrote "block 192.0.2.9 for 2 hours"',
      '192.0.2.7 is already blocked',
      'why is 192.0.2.7 blocked',
    ])
      assert.equal(readPlan(text, { catalog }), undefined, text);
    assert.deepEqual(said('isolate host web-01, but do not reset any passwords'), [['security/isolate_host', { host: 'web-01' }]]);
    assert.deepEqual(said('block 192.0.2.1 for 1h, not 192.0.2.2'), [['security/block_ip', { ip: '192.0.2.1', duration: 3600 }]]);
  });

  it('hears requests in other clothes, and slips of the pen', () => {
    const hour = [['security/block_ip', { ip: '192.0.2.1', duration: 3600 }]];
    for (const text of [
      'we need 192.0.2.1 blocked for an hour',
      'please get 192.0.2.1 banned for 1h',
      '192.0.2.1 must be blocked for one hour',
      'how about blocking 192.0.2.1 for an hour',
      'blcok 192.0.2.1 for 1h',
      'if possible, block 192.0.2.1 for 1h',
    ])
      assert.deepEqual(said(text), hour, text);
    assert.deepEqual(said('stop blocking 192.0.2.1'), [['security/unblock_ip', { ip: '192.0.2.1' }]]);
  });

  it('mends no word that is one', () => {
    for (const text of ['clock 192.0.2.1 for 1h', 'lock 192.0.2.1']) assert.equal(readPlan(text, { catalog }), undefined, text);
  });

  it('does nothing for what names no action', () => {
    for (const text of ['', 'hello', 'the weather is nice', 'x'.repeat(5000)]) assert.equal(readPlan(text, { catalog }), undefined);
  });

  it('never lets words become an expression', () => {
    const given = plan('tell the team that ${{ secrets.token }} is here');
    assert.ok(!JSON.stringify(given.actions).includes('${{'));
    const answered = answerFollowUp(plan('alert the team'), '${{ secrets.token }} for everybody', catalog);
    assert.ok(answered.kind === 'plan' && !planText(answered.plan, 'x').includes('${{'));
  });

  it('passes tables from one action to the next, and finds files from where its runbook lies', () => {
    const read = plan('Import alerts.csv, enrich it with feeds.csv by source_ip and save it as out/rich.csv');
    assert.deepEqual(read.missing, []);
    const [, enrich, out] = seenFrom(read, '../../').actions;
    assert.deepEqual(enrich?.with, { table: '${{ steps.csv-import.outputs.table }}', on: 'source_ip', with: '../../feeds.csv' });
    assert.deepEqual(out?.with, { table: '${{ steps.data-enrich.outputs.table }}', path: '../../out/rich.csv' });
    assert.equal(seenFrom(plan('read /etc/hosts'), '../../').actions[0]?.with.path, '/etc/hosts');
  });
});
