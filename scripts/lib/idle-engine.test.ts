import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Loaded with the engine itself. Whatever serves an action, a connector or the copilot is imported when it is first used, and is not here. */
const wanted = ['@actions/expressions', '@fastify/rate-limit', '@fastify/websocket', 'canonicalize', 'fastify', 'typebox', 'ws'];

/** Libraries of one purpose: by whom they are used is no excuse. */
const never =
  /^(ajv-formats-draft2019|nodemailer|smtp-server|csv-parse|csv-stringify|chardet|iconv-lite|read-excel-file|exceljs|yauzl|saxes|stream-json|simple-statistics|ldapts|d3-.*|highlight\.js|monaco-editor|openai|undici|ssh2|pg|pg-.*|mysql2|croner|yaml|marked|dompurify)$/;

describe('an engine that waits', () => {
  it('has loaded no library that only an action, a connector or the copilot needs', function () {
    this.timeout(60_000);
    const text = execFileSync(process.execPath, [join(import.meta.dirname, 'idle-engine.mjs')], { encoding: 'utf8' });
    const packages = JSON.parse(text) as string[];
    assert.deepEqual(
      packages.filter((name) => never.test(name)),
      [],
    );
    assert.deepEqual(
      wanted.filter((name) => !packages.includes(name)),
      [],
      'the list is read from the engine as it is',
    );
  });
});
