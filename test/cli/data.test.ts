import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventsOf, exit, sandboxes } from './support.ts';

describe('samples of data', function () {
  this.timeout(60_000);
  const sandbox = sandboxes();
  const run = async (name: string, ...args: readonly string[]) => {
    const { code, stdout, stderr } = await sandbox().run(['run', `samples/${name}.runbook.yaml`, '--json', ...args]);
    return { code, stderr, ...eventsOf(stdout) };
  };
  const scratch = (name: string) => readFile(join(sandbox().samples, 'scratch', name), 'utf8');

  it('threat analysis: from a CSV file with a broken line to enriched data and a report', async () => {
    const { code, last, stderr } = await run('threat-analysis');
    assert.equal(code, exit.completed, stderr);
    const { connections, known, unusual } = last.outputs;
    assert.deepEqual([connections, known, unusual], [324, 84, 3]);
    const [header, ...rows] = (await scratch('enriched.csv')).trimEnd().split('\n');
    assert.match(
      header ?? '',
      /^time,source,.*,source_threat,source_score,source_known,destination_threat,destination_score,destination_known$/,
    );
    assert.equal(rows.length, 324);
    assert.equal(rows.filter((row) => row.includes('brute force,90,true')).length, 80);
    const page = await scratch('threat-report.html');
    assert.ok(page.includes('<svg') && page.includes('203.0.113.66') && !page.includes('<script'));
    assert.match(await scratch('threat-report.md'), /^\| 2026-03-02T09:00:00Z \| 45 \| █+ \|$/m);
  });

  it('threat analysis: a feed that is a web page ends it with a sentence, and no file is written', async () => {
    await rm(join(sandbox().samples, 'scratch'), { recursive: true, force: true });
    await writeFile(join(sandbox().samples, 'data/feed.csv'), '<!doctype html><title>Sign in</title>');
    const { code, last } = await run('threat-analysis', '--input', 'indicators=data/feed.csv');
    assert.equal(code, exit.failed);
    const failed = last.steps.find(({ id }) => id === 'sources');
    assert.equal(failed?.error?.code, 'data-format');
    assert.match(failed?.error?.message ?? '', /^data\/feed\.csv cannot be read as CSV: it is a web page\.$/);
    await assert.rejects(scratch('enriched.csv'), { code: 'ENOENT' });
  });

  it('classification: by rules and by a model that says how often it is right', async () => {
    const { code, last, stderr } = await run('classify-mail');
    assert.equal(code, exit.completed, stderr);
    assert.ok(Number(last.outputs.accuracy) > 0.8 && Number(last.outputs.baseline) < 0.6, JSON.stringify(last.outputs));
    const mails = (await scratch('sorted-mail.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(mails.length, 25);
    assert.deepEqual([mails[24].class, mails[24].class_by], ['dangerous', 'rule']);
    const strict = await run('classify-mail', '--input', 'accuracy=1');
    assert.equal(strict.code, exit.failed);
    assert.equal(strict.last.steps.find(({ id }) => id === 'sort')?.error?.code, 'data-accuracy');
  });
});
