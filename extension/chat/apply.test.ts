import assert from 'node:assert/strict';
import { editByRules } from '../../copilot/edit/edit.ts';
import type { EditProposal } from '../../copilot/proposals/proposal.ts';
import { open } from '../../copilot/testing/runs.ts';
import { builtInLanguage } from '../../copilot/tools/language.ts';
import { type ApplyPorts, applyProposal } from './apply.ts';

const text = 'runbook: v1\nname: Nightly report\nsteps:\n  - id: work\n    run: report-summary\n  - id: mail\n    run: echo sent\n';

async function proposed(request: string, of = text): Promise<EditProposal> {
  const made = await editByRules(open(of), request, builtInLanguage);
  if (made?.kind !== 'proposal') throw new Error(`no proposal: ${JSON.stringify(made)}`);
  return made.proposal;
}

/** A fake editor of one document that applies edits as VS Code does. */
function fakeEditor(content: string | undefined, changing?: () => string) {
  let now = content;
  const ports: ApplyPorts = {
    read: async () => now,
    check: builtInLanguage.check,
    async edit(_file, from, edits) {
      if (changing !== undefined) now = changing();
      if (now !== from) return false;
      const starts = [0, ...[...from.matchAll(/\n/g)].map(({ index }) => index + 1)];
      const at = (place: { line: number; character: number }) => (starts[place.line] ?? from.length) + place.character;
      for (const { range, newText } of edits.toReversed()) now = now.slice(0, at(range.start)) + newText + now.slice(at(range.end));
      return true;
    },
    async create(_file, made) {
      if (now !== undefined) return false;
      now = made;
      return true;
    },
    open: async () => undefined,
  };
  return { ports, now: () => now };
}

describe('applying a proposal', () => {
  it('changes the document that it is for to exactly the text that was shown', async () => {
    const proposal = await proposed('add a timeout of 5 minutes to the step work');
    const editor = fakeEditor(text);
    assert.deepEqual(await applyProposal(proposal, editor.ports), { state: 'applied' });
    assert.equal(editor.now(), proposal.text);
  });

  it('keeps what a person wrote elsewhere in the meantime', async () => {
    const proposal = await proposed('add a timeout of 5 minutes to the step work');
    const editor = fakeEditor(text.replace('echo sent', 'echo done # mine'));
    const applied = await applyProposal(proposal, editor.ports);
    assert.equal(applied.state, 'applied');
    assert.match(applied.note ?? '', /was kept/);
    assert.equal(editor.now(), proposal.text.replace('echo sent', 'echo done # mine'));
  });

  it('refuses, and changes nothing, where a person wrote in the same place or the file is gone', async () => {
    const proposal = await proposed('add a timeout of 5 minutes to the step work');
    for (const content of [text.replace('report-summary', 'other'), '', undefined]) {
      const editor = fakeEditor(content);
      const applied = await applyProposal(proposal, editor.ports);
      assert.equal(applied.state, 'stale');
      assert.match(applied.note ?? '', /Ask again/);
      assert.equal(editor.now(), content);
    }
  });

  it('refuses a merge that would be wrong', async () => {
    const proposal = await proposed('rename the step work to job');
    const taken = text.replace('id: mail', 'id: job');
    const editor = fakeEditor(taken);
    const applied = await applyProposal(proposal, editor.ports);
    assert.equal(applied.state, 'stale');
    assert.equal(editor.now(), taken);
  });

  it('does not count as applied when somebody types at that moment', async () => {
    const proposal = await proposed('add a timeout of 5 minutes to the step work');
    const editor = fakeEditor(text, () => `${text}# typed\n`);
    assert.equal((await applyProposal(proposal, editor.ports)).state, 'open');
    assert.equal(editor.now(), `${text}# typed\n`);
  });

  it('makes a new file, and never over one that is there', async () => {
    const proposal = { kind: 'new', file: 'ops/a.runbook.yaml', text, summary: 's', diagnostics: [] } as const;
    const fresh = fakeEditor(undefined);
    assert.deepEqual(await applyProposal(proposal, fresh.ports), { state: 'applied' });
    assert.equal(fresh.now(), text);
    const taken = fakeEditor('mine');
    assert.equal((await applyProposal(proposal, taken.ports)).state, 'stale');
    assert.equal(taken.now(), 'mine');
  });
});
