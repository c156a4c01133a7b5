import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../runbook/core/json.ts';
import { type TestContext, testContext } from '../../testing/context.ts';
import { attackMap } from './map.ts';
import { loadTable, techniqueId } from './table.ts';

describe('security/attack_map', () => {
  let test: TestContext;
  beforeEach(() => {
    test = testContext();
  });
  afterEach(() => test.remove());
  const outputs = async (input: Record<string, Json>) => {
    const outcome = await attackMap(input, test.context);
    assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
    return outcome.outputs;
  };
  const ids = async (input: Record<string, Json>): Promise<string[]> =>
    Object(await outputs(input)).techniques.map(({ id }: { id: string }) => id);
  const table = (name: string, content: Json | string) => {
    mkdirSync(join(test.context.workspace, 'attack'), { recursive: true });
    writeFileSync(join(test.context.workspace, 'attack', name), typeof content === 'string' ? content : JSON.stringify(content));
  };

  it('says what fits, why, and how sure', async () => {
    const text = 'Hundreds of failed logins for root.\n\nThen MIMIKATZ read lsass.exe (T1003.001).\n\nThe weather is fine.';
    const found = Object(await outputs({ text }));
    assert.deepEqual(found.techniques[0], {
      id: 'T1003.001',
      name: 'LSASS Memory',
      tactics: ['credential-access'],
      url: 'https://attack.mitre.org/techniques/T1003/001/',
      confidence: 1,
      count: 1,
      why: [
        { kind: 'id', what: 'T1003.001', finding: 2 },
        { kind: 'keyword', what: 'mimikatz', finding: 2 },
        { kind: 'keyword', what: 'lsass.exe', finding: 2 },
        { kind: 'keyword', what: 'lsass', finding: 2 },
      ],
    });
    assert.deepEqual([found.techniques[1].id, found.techniques[1].confidence], ['T1110', 0.5]);
    assert.deepEqual(found.tactics, [{ id: 'TA0006', name: 'Credential Access', count: 2, techniques: ['T1003.001', 'T1110'] }]);
    assert.deepEqual(found.unmapped, [{ finding: 3, excerpt: 'The weather is fine.' }]);
    assert.equal(found.unmapped_count, 1);
    assert.equal(found.version, '18.1');
  });

  it('reads fields of events and tags of detections', async () => {
    const findings: Json[] = [
      { winlog: { event_id: 4698 }, message: 'A task' },
      { Event: { EventID: '1102' } },
      { rule: 'x', technique: ['T1136.001'] },
      { tags: ['attack.t1021.004'] },
      { event: { code: '7045' }, count: 4625 },
    ];
    const found = Object(await outputs({ findings }));
    const why = Object.fromEntries(
      found.techniques.map(({ id, confidence, why }: Record<string, Json>) => [id, [confidence, Object(why)[0].kind]]),
    );
    assert.deepEqual(why, {
      'T1053.005': [0.8, 'field'],
      'T1070.001': [0.8, 'field'],
      'T1136.001': [1, 'tag'],
      'T1021.004': [1, 'tag'],
      'T1543.003': [0.8, 'field'],
    });
  });

  it('finds words that stand by themselves, and the narrower technique', async () => {
    assert.deepEqual(await ids({ text: 'the atdx library of hydraulics, T11100 and XT1110' }), []);
    assert.deepEqual(await ids({ text: 'password spraying, a brute force of many accounts', min_confidence: 0.5 }), ['T1110.003']);
    assert.deepEqual(await ids({ text: 'login failure', min_confidence: 0.4 }), [], 'a hint alone');
    assert.deepEqual(await ids({ text: 'see T9999.001 and T1583.006' }), ['T1583.006', 'T9999.001']);
  });

  it('takes what a workspace adds, also the whole of MITRE', async () => {
    table('own.json', {
      techniques: [
        { id: 'T1110', keywords: ['door rattled'] },
        { id: 'T1499.004', name: 'Application or System Exploitation', tactics: ['impact'], hints: ['crash loop'] },
      ],
    });
    assert.deepEqual(await ids({ findings: ['door rattled', 'a crash loop', 'hydra'] }), ['T1110', 'T1499.004']);
    const pattern = {
      type: 'attack-pattern',
      name: 'Steal Cookies Nicely',
      external_references: [{ source_name: 'mitre-attack', external_id: 'T1999' }],
      kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: 'collection' }],
    };
    table('stix.json', {
      type: 'bundle',
      objects: [{ type: 'x-mitre-collection', x_mitre_version: '19.0' }, pattern, { ...pattern, name: 'Old', revoked: true }],
    });
    const found = Object(await outputs({ text: 'they steal cookies nicely' }));
    assert.deepEqual([found.techniques[0].id, found.techniques[0].tactics, found.version], ['T1999', ['collection'], '19.0']);
  });

  it('says what is wrong with a table', async () => {
    const cases: [Json | string, RegExp][] = [
      ['{', /table x\.json cannot be used: it is broken as JSON/],
      [{ techniques: [{ id: 'x' }] }, /technique 1 has no id/],
      [{ techniques: [{ id: 'T1499.004', name: 'x', tactics: ['magic'] }] }, /names the tactic magic; known are reconnaissance/],
      [{ techniques: [{ id: 'T1999' }] }, /T1999 has no name/],
      [{ techniques: [{ id: 'T1110', keywords: 'x' }] }, /keywords of T1110 is not a list/],
      [[], /no mapping/],
    ];
    for (const [content, why] of cases) {
      table('x.json', content);
      const outcome = await attackMap({ text: 'x' }, test.context);
      assert.ok(outcome.kind === 'failed' && outcome.error.code === 'attack-table');
      assert.match(outcome.error.message, why);
    }
  });

  it('keeps within its limits with much that fits', async () => {
    const findings = Array.from({ length: 2000 }, (_, index) => ({
      message: 'mimikatz '.repeat(200),
      index,
      deep: { a: [{ b: 'ransomware' }] },
    }));
    const found = await outputs({ findings, max_techniques: 1 });
    assert.equal(Object(found.techniques).length, 1);
    assert.equal(Object(found.techniques)[0].count, 2000);
    assert.ok(Buffer.byteLength(JSON.stringify(found)) < 256 * 1024);
    assert.deepEqual((await outputs({ findings: [] })).techniques, []);
    test.abort();
    assert.equal((await attackMap({ text: 'x' }, test.context)).kind, 'cancelled');
  });

  it('has a table whose parts fit together, with the licence', async () => {
    const { techniques, tactics } = await loadTable(test.context.workspace);
    assert.ok(techniques.size >= 190 && tactics.length === 14);
    for (const { id, name, tactics: keys } of techniques.values()) {
      assert.match(id, techniqueId);
      assert.ok(name && keys.length > 0 && keys.every((key) => tactics.some((tactic) => tactic.key === key)), id);
    }
    const { default: data } = await import('./data/enterprise.json', { with: { type: 'json' } });
    assert.match(data.license, /grants you a non-exclusive, royalty-free license/);
    assert.match(data.copyright, /© \d{4} The MITRE Corporation/);
  });
});
