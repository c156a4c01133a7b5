import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'mocha';
import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Step } from '../../runbook/core/model.ts';
import { planOf } from '../../runbook/core/plan.ts';
import { ownActionsOf } from '../../runbook/files/own-action.ts';
import { sha256 } from './digest.ts';
import { Journal } from './journal/journal.ts';
import { loadActionForRun, loadForRun } from './load.ts';
import { withDefaultUndos } from './own-actions.ts';
import type { Parts } from './parts.ts';
import { prepareStart } from './start.ts';
import { runbookOf, scriptStep, temporaryFolder } from './support/fixtures.ts';
import { assistant, fakeSecrets, harness, person } from './support/harness.ts';
import { openTrust } from './trust.ts';

/** A workspace with a runbook in a folder below, the real reader, and real trust. */
function scene(files: Readonly<Record<string, string>>) {
  const dir = temporaryFolder();
  const journal = new Journal(dir.folder);
  const workspace = join(dir.folder, 'ws');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), text);
  }
  const trust = openTrust(dir.folder);
  const { parts: fake } = harness({ folder: dir.folder, journal, runbook: runbookOf([]), secrets: fakeSecrets() });
  const parts: Parts<unknown> = {
    ...fake,
    trust,
    load: async (text, file, { own, targets }) => loadForRun(text, file, own, targets),
    ownActions: async (read) => ownActionsOf(read, []),
    loadAction: async (action, { own, targets }) => loadActionForRun(action, own, targets),
  };
  const file = join(workspace, 'books/a.runbook.yaml');
  return {
    workspace,
    trust,
    prepare: (caller = assistant, trustOnce = false) =>
      prepareStart(parts, journal, 'r-1', { file, via: 'api', ...(trustOnce ? { trustOnce } : {}) }, caller),
    [Symbol.dispose]() {
      journal.close();
      dir[Symbol.dispose]();
    },
  };
}

const isProblem = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code;
const book = 'runbook: v1\nname: A\nsteps:\n  - { id: it, uses: own/it }\n';
const own = 'name: own/it\ndescription: Does it.\nscript: echo\n';

describe("the start of a run with actions of one's own", () => {
  it('is refused while nobody trusts their folder, whoever asks but a person who names the file', async () => {
    using it = scene({ 'books/a.runbook.yaml': book, '.runwright/actions/it.action.yaml': own });
    await it.trust.add(join(it.workspace, 'books'));
    await assert.rejects(it.prepare(), isProblem('action-untrusted'));
    const vouched = await it.prepare(person, true);
    assert.deepEqual(vouched.beginning.snapshot.actions['own/it']?.own?.kind, 'script');
    await it.trust.add(it.workspace);
    const { snapshot } = (await it.prepare()).beginning;
    const file = join(it.workspace, '.runwright/actions/it.action.yaml');
    assert.deepEqual(snapshot.actions['own/it']?.own, { kind: 'script', file });
    assert.equal(snapshot.actions['own/it']?.code, sha256(Buffer.from(own)));
    assert.equal(snapshot.calls[file]?.folder, it.workspace);
  });

  it('does not follow a link out of what is trusted', async () => {
    using it = scene({ 'books/a.runbook.yaml': book, '.runwright/actions/other.action.yaml': own.replace('own/it', 'own/other') });
    await it.trust.add(it.workspace);
    const outside = join(it.workspace, '../outside.yaml');
    writeFileSync(outside, own);
    symlinkSync(outside, join(it.workspace, '.runwright/actions/it.action.yaml'));
    await assert.rejects(it.prepare(), isProblem('runbook-invalid'));
  });

  it('takes only those that are used, through others and through undos, and minds no broken neighbour', async () => {
    const steps = 'name: own/it\ndescription: D.\nsteps: [ { id: in, uses: own/inner } ]\nundo: { uses: own/back }\n';
    using it = scene({
      'books/a.runbook.yaml': book,
      '.runwright/actions/a.action.yaml': steps,
      '.runwright/actions/b.action.yaml': own.replace('own/it', 'own/inner'),
      '.runwright/actions/c.action.yaml': own.replace('own/it', 'own/back'),
      '.runwright/actions/d.action.yaml': own.replace('own/it', 'own/unused').replace('script', 'scirpt'),
    });
    await it.trust.add(it.workspace);
    const { snapshot } = (await it.prepare()).beginning;
    assert.deepEqual(Object.keys(snapshot.actions), ['own/back', 'own/inner', 'own/it']);
    assert.equal(snapshot.runbook.steps[0]?.undo?.byAction, true);
  });
});

describe('the undo that an action brings along', () => {
  const undo = { uses: 'x/back', with: { id: '${{ result.id }}' } };
  const uses = (path: string, more: Partial<Step> = {}): Step => ({
    ...scriptStep(path, ''),
    verb: { kind: 'uses', action: 'x/do', with: {} },
    ...more,
  });
  const manifest = (name: string) => (name === 'x/do' ? ({ undo } as unknown as ActionManifest) : undefined);

  it('is that of every step without one, wherever it stands, and of no other', () => {
    const own: Step = { ...scriptStep('undo/own', 'echo') };
    const inside: Step = { ...scriptStep('both', ''), verb: { kind: 'parallel', steps: [uses('in')] } };
    const runbook = runbookOf([uses('a'), uses('own', { undo: own }), inside, scriptStep('s', 'echo')], { finally: [uses('finally/z')] });
    const { steps } = planOf(withDefaultUndos(runbook, manifest));
    assert.deepEqual(
      [...steps.keys()].filter((path) => path.startsWith('undo/')),
      ['undo/a', 'undo/own', 'undo/in'],
    );
    assert.deepEqual(steps.get('undo/a')?.step.verb, { kind: 'uses', action: 'x/back', with: undo.with });
    assert.equal(steps.get('undo/own')?.step, own);
  });

  it('leaves a runbook as it is where there is none', () => {
    const runbook = runbookOf([scriptStep('s', 'echo')]);
    assert.equal(withDefaultUndos(runbook, manifest), runbook);
  });
});
