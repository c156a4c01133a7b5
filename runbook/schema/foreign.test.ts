import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { getLanguageService } from 'yaml-language-server/out/server/src/languageservice/yamlLanguageService.js';
import { parse } from '../syntax/parse.ts';
import { schemaErrors } from './validate.ts';

const schema = readFileSync(join(import.meta.dirname, '../../schemas/runbook.schema.json'), 'utf8');
const folder = join(import.meta.dirname, '../corpus');
const silent = () => Promise.resolve();

/** The schema in another editor: yaml-language-server, with nothing but the file. */
const service = getLanguageService({
  schemaRequestService: () => Promise.resolve(schema),
  workspaceContext: { resolveRelativePath: (path: string) => path },
  telemetry: { send: silent, sendError: silent, sendTrack: silent },
});
service.configure({
  validate: true,
  isKubernetes: false,
  customTags: [],
  schemas: [{ uri: 'file:///runbook.schema.json', fileMatch: ['*'], schema: JSON.parse(schema) }],
});

const problems = (file: string, text: string) => service.doValidation(TextDocument.create(`file:///${file}`, 'yaml', 1, text), false);
const files = (kind: string) =>
  readdirSync(join(folder, kind)).map((file) => [file, readFileSync(join(folder, kind, file), 'utf8')] as const);

describe('another editor with the schema', () => {
  for (const [file, text] of [...files('valid'), ...files('doubtful')]) {
    it(`accepts ${file}`, async () => {
      const found = await problems(file, text);
      assert.deepEqual(
        found.map(({ message, range }) => `${range.start.line + 1}: ${message}`),
        [],
      );
    });
  }

  for (const [file, text] of files('invalid')) {
    const { root, problems: broken } = parse(text);
    // Its reader takes the mark in front for a part of the first key.
    if (broken.length > 0 || text.startsWith('\ufeff') || schemaErrors(root).length === 0) continue;
    it(`refuses ${file}`, async () => assert.ok((await problems(file, text)).length > 0));
  }
}).timeout(60_000);
