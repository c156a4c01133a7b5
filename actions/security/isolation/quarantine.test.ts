import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionCode } from '../../../engine/connectors/action.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { type TestContext, testContext } from '../../testing/context.ts';
import { isolateHost } from '../isolate_host/isolate-host.ts';
import { releaseHost } from '../release_host/release-host.ts';

describe('isolating a host by a quarantine list', () => {
  let test: TestContext;
  beforeEach(() => {
    test = testContext();
  });
  afterEach(() => test.remove());

  const file = () => join(test.context.workspace, 'lists', 'quarantined.txt');
  const lines = () => readFileSync(file(), 'utf8').split('\n').slice(0, -1);
  async function done(code: ActionCode, input: JsonObject, run = 'a'): Promise<Readonly<Record<string, Json>>> {
    const outcome = await code(input, { ...test.context, run });
    assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
    return outcome.outputs;
  }
  async function refused(code: ActionCode, input: JsonObject, settings?: Json): Promise<string> {
    const outcome = await code(input, { ...test.context, ...(settings === undefined ? {} : { settings }) });
    assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
    return outcome.error.code;
  }

  it('is the way where the step has no target, and is taken back by its rule', async () => {
    const made = await done(isolateHost, { host: 'Web-1.example.net' });
    assert.deepEqual(made, {
      rule_id: 'list:web-1.example.net#a/step-1',
      host: 'web-1.example.net',
      already: false,
      open: [],
      method: 'list',
      expires: null,
    });
    assert.deepEqual(lines(), ['web-1.example.net']);
    const back = await done(releaseHost, { rule: made.rule_id ?? '', host: made.host ?? '' });
    assert.deepEqual(back, { host: 'web-1.example.net', method: 'list', released: true, still: [] });
    assert.deepEqual(lines(), []);
  });

  it('a host stays on it as long as one step wants it', async () => {
    const one = await done(isolateHost, { host: 'web-1' }, 'a');
    const two = await done(isolateHost, { host: 'WEB-1', duration: '1h' }, 'b');
    assert.equal(two.already, true);
    assert.match(JSON.stringify((await done(releaseHost, { rule: one.rule_id ?? '' })).still), /b\/step-1, until/);
    assert.deepEqual(lines(), ['web-1']);
    assert.equal((await done(releaseHost, { host: 'web-1' })).released, true);
    assert.deepEqual(lines(), []);
    assert.equal((await done(releaseHost, { host: 'web-1' })).released, false);
  });

  it('a dry run leaves no trace', async () => {
    await done(isolateHost, { host: 'web-1', check: true });
    await done(releaseHost, { host: 'web-1', check: true });
    assert.ok(!existsSync(file()));
  });

  it('says what is missing or wrong', async () => {
    assert.equal(await refused(isolateHost, {}), 'action-input');
    assert.equal(await refused(releaseHost, {}), 'action-input');
    assert.equal(await refused(isolateHost, { host: 'a', duration: 'soon' }), 'action-input');
    assert.equal(await refused(releaseHost, { rule: 'list:web-1' }), 'rule-wrong');
    assert.equal(await refused(releaseHost, { rule: 'list:web-1#a', host: 'web-2' }), 'rule-wrong');
    assert.equal(await refused(releaseHost, { rule: 'list:web-1#a', method: 'nftables' }), 'rule-wrong');
    const broken: readonly JsonObject[] = [
      { method: 'x' },
      { management: [] },
      { management: { ports: ['ssh'] } },
      { management: { hosts: [] } },
      { dhcp: 'no' },
    ];
    for (const settings of broken)
      assert.equal(await refused(isolateHost, { host: 'a' }, settings), 'security-settings', JSON.stringify(settings));
    assert.equal(await refused(isolateHost, { method: 'nftables', host: 'another' }), 'isolation-host');
  });
});
