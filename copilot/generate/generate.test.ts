import assert from 'node:assert/strict';
import { builtInLanguage } from '../tools/language.ts';
import { generate } from './generate.ts';

const catalog = await builtInLanguage.actions();
const alerts = { path: 'alerts.csv', kind: 'csv' as const, columns: ['id', 'source_ip', 'bytes'] };
const feeds = { path: 'feeds.csv', kind: 'csv' as const, columns: ['source_ip', 'score'] };

describe('a runbook for a problem in words', () => {
  it('reads what is given, does what is asked, writes what is wanted, and says why', async () => {
    const made = generate(
      {
        text: 'enrich the alerts with feeds.csv, check the quality and detect anomalies',
        inputs: [alerts, feeds],
        outputs: ['report.html'],
      },
      catalog,
    );
    assert.ok(made);
    assert.deepEqual(
      made.actions.map(({ uses }) => uses),
      ['data/csv_import', 'data/enrich', 'data/quality', 'data/analyze_patterns', 'data/report_export'],
    );
    assert.equal(made.actions[1]?.with.on, 'source_ip');
    assert.deepEqual(made.missing, []);
    assert.deepEqual(made.stages, [[0], [1], [2, 3], [4]]);
    assert.match(made.text, /- parallel:/);
    assert.deepEqual(
      (await builtInLanguage.check(made.text, undefined)).filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.ok(made.reasons.some(({ why }) => why.includes('both files have')));
    assert.ok(made.estimate > 0 && made.confidence > 0.5);
  });

  it('says what is missing in place of guessing', () => {
    const made = generate({ text: 'import alerts.csv and enrich it', inputs: [], outputs: [] }, catalog);
    assert.deepEqual(
      made?.missing.map(({ parameter }) => parameter),
      ['on', 'with'],
    );
    assert.ok((made?.confidence ?? 1) < 0.8);
  });

  it('makes nothing of words that name nothing', () => {
    assert.equal(generate({ text: 'make the world better', inputs: [], outputs: [] }, catalog), undefined);
  });
});
