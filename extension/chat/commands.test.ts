import assert from 'node:assert/strict';
import type { Answer } from '../../copilot/ask.ts';
import { nothingKnown } from '../../copilot/plan/phrase.ts';
import { readPlan } from '../../copilot/plan/read.ts';
import { fakeDocuments, open } from '../../copilot/testing/runs.ts';
import { builtInLanguage } from '../../copilot/tools/language.ts';
import type { ToolPorts } from '../../copilot/tools/ports.ts';
import { byRules, nextWords, planMarkdown, proposalMarkdown, questionOf } from './commands.ts';

const answer: Answer = { kind: 'question', answer: 'I think so.', confidence: 0.6, model: 'fake' };
const misspelt = 'runbook: v1\nname: Nightly\nsteps:\n  - id: work\n    run: echo one\n    timout: 5m\n';
const ports = (text = misspelt, names: string[] = []): ToolPorts => ({
  sources: { documents: fakeDocuments(open(text)) },
  language: builtInLanguage,
  library: { list: async () => names.map((name) => ({ name, file: `/w/${name}`, read: async () => '' })) },
});

describe('the commands of the participant', () => {
  it('ask a question of their own, or what was said', () => {
    assert.match(questionOf('explain', ''), /^Why did the last run fail/);
    assert.equal(questionOf('run', ' Block 192.0.2.7 for 1 hour '), 'Block 192.0.2.7 for 1 hour');
    assert.equal(questionOf(undefined, 'Hello'), 'Hello');
    assert.match(questionOf('toString', ''), /^Why/);
  });

  it('/fix proposes by rules what the model did not', async () => {
    const extra = await byRules('fix', '', answer, ports());
    assert.match(extra?.proposals[0]?.text ?? '', /^ {4}timeout: 5m$/m);
    assert.equal(await byRules('fix', '', { ...answer, proposals: extra?.proposals }, ports()), undefined);
    assert.equal(await byRules('fix', '', answer, ports(misspelt.replace('timout', 'timeout'))), undefined);
    assert.equal(await byRules('explain', '', answer, ports()), undefined);
  });

  it('/generate puts a runbook together by rules under a name that is free, and says why', async () => {
    const request = 'Block 192.0.2.7 for 1 hour';
    const extra = await byRules('generate', request, answer, ports(misspelt, ['block-192-0-2-7.runbook.yaml']));
    const [proposal] = extra?.proposals ?? [];
    assert.equal(proposal?.kind, 'new');
    assert.equal(proposal?.file, 'block-192-0-2-7-2.runbook.yaml');
    assert.match(proposal?.text ?? '', /uses: security\/block_ip/);
    assert.match(extra?.text ?? '', /security\/block_ip/);
  });

  it('/generate says what is missing, or that the words name nothing', async () => {
    assert.match((await byRules('generate', 'Block 192.0.2.7', answer, ports()))?.text ?? '', /missing\. .*\?/);
    const nothing = await byRules('generate', 'Sing a song', answer, ports());
    assert.match(nothing?.text ?? '', /nothing/);
    assert.deepEqual(nothing?.proposals, []);
  });

  it('show a plan with what it touches, and no Markdown of the words it came from', async () => {
    const plan = readPlan('Block 192.0.2.7 for 1 hour', { catalog: await builtInLanguage.actions(), known: nothingKnown });
    assert.ok(plan);
    const marked = { ...plan, actions: plan.actions.map((action) => ({ ...action, summary: '[x](command:y) **b**' })) };
    const text = await planMarkdown(marked, { language: builtInLanguage });
    assert.match(text, /192\.0\.2\.7/);
    assert.match(text, /Nothing has run/);
    assert.ok(text.includes('\\[x\\](command:y) \\*\\*b\\*\\*'), text);
  });

  it('show a text in a fence that it cannot end', () => {
    const text = proposalMarkdown({ kind: 'new', file: 'a.runbook.yaml', text: '# ````\n[x](command:y)', summary: 's', diagnostics: [] });
    assert.ok(text.includes('`````yaml\n') && text.endsWith('\n`````\n'), text);
  });

  it('go on with words alone', () => {
    assert.deepEqual(nextWords({ kind: 'question', step: 'work' }), [
      { prompt: 'What does step work do?', label: 'What does work do?' },
      { prompt: '', command: 'fix', label: 'How do I fix it?' },
    ]);
    assert.deepEqual(nextWords({ kind: 'edit', command: 'fix' }), [{ prompt: '', command: 'run', label: 'Run it again' }]);
    assert.deepEqual(nextWords(undefined), []);
  });
});
