import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from './analyse.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules.ts';
import { exampleActions, exampleSurroundings } from './support/example-surroundings.ts';
import { marked } from './support/marked.ts';

// `UPDATE_DOCS=1` writes the pages anew.
const folder = join(import.meta.dirname, '../docs/diagnostics');
const update = process.env.UPDATE_DOCS === '1';

function page(rule: Rule): string {
  const shown = (example: string) => example.length < 700 && [...example].every((char) => char >= ' ' || char === '\n' || char === '\t');
  const block = (text: string) => `\`\`\`yaml\n${text.trimEnd()}\n\`\`\`\n`;
  const bad = rule.bad.filter(shown).map((example) => {
    const { text } = marked(example);
    const messages = new Set(
      analyse(text, { actions: exampleActions, around: exampleSurroundings }).diagnostics.flatMap(({ code, message }) =>
        code === rule.code ? [`> ${message}\n`] : [],
      ),
    );
    return `${block(text)}\n${[...messages].join('>\n')}`;
  });
  const silence = rule.structural
    ? 'A comment cannot silence it: without this no runbook can be made of the file.'
    : `A comment on the line before silences it: \`# runwright-ignore: ${rule.code}\`.`;
  return [
    `# ${rule.code}\n`,
    `Severity: ${rule.severity}. ${silence}\n`,
    `${rule.doc}\n`,
    ...(bad.length > 0 ? ['## Found in\n', ...bad] : []),
    '## Right\n',
    ...rule.good.filter(shown).map((example) => block(marked(example).text)),
  ].join('\n');
}

function index(): string {
  const rows = rules.map(({ code, severity, doc }) => `| [${code}](${code}.md) | ${severity} | ${doc.split(/(?<=\.) /)[0]} |`);
  return `# Diagnostics\n\nEvery problem that the editor and \`runwright validate\` report, by its code.\n\n| code | severity | meaning |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

describe('pages of the diagnostics', () => {
  const expected = new Map([...rules.map((rule) => [`${rule.code}.md`, page(rule)] as const), ['README.md', index()] as const]);
  if (update) {
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of expected) writeFileSync(join(folder, file), text);
  }
  it('are there for each rule, and for nothing else', () => {
    assert.deepEqual(readdirSync(folder).sort(), [...expected.keys()].sort());
  });
  for (const [file, text] of expected) {
    it(`${file} says what the rule says`, () => assert.equal(readFileSync(join(folder, file), 'utf8'), text));
  }
});
