import { createHash } from 'node:crypto';
import type { Diagnostic } from '../../copilot/context/ports.ts';
import type { EditProposal, NewRunbookProposal, Proposal, TextEdit } from '../../copilot/proposals/proposal.ts';
import { rebase } from '../../copilot/proposals/rebase.ts';

/** What applying needs of the editor. */
export interface ApplyPorts {
  /** The text as it stands in the editor, saved or not; undefined where there is no such file. */
  read(file: string): Promise<string | undefined>;
  check(text: string, file: string): Promise<readonly Diagnostic[]>;
  /** As one undo step, and only if the document still has the text `from`; @returns whether it was done. */
  edit(file: string, from: string, edits: readonly TextEdit[], label: string): Promise<boolean>;
  /** Makes a file below the workspace and opens it; @returns whether it was not there before. */
  create(file: string, text: string): Promise<boolean>;
  /** Shows it in an editor of its own. */
  open(proposal: Proposal): Promise<void>;
}

export type Applied =
  | { readonly state: 'applied'; readonly note?: string }
  /** It will not fit any more; nothing was changed. */
  | { readonly state: 'stale'; readonly note: string }
  /** Another attempt may work; nothing was changed. */
  | { readonly state: 'open'; readonly note: string };

/** A person pressed Apply: nothing that they wrote since is overwritten. */
export const applyProposal = (proposal: Proposal, ports: ApplyPorts): Promise<Applied> =>
  proposal.kind === 'edit' ? applyEdit(proposal, ports) : createFile(proposal, ports);

async function applyEdit(proposal: EditProposal, ports: ApplyPorts): Promise<Applied> {
  const { file } = proposal;
  const current = await ports.read(file);
  if (current === undefined) return { state: 'stale', note: 'The file is not there any more. Ask again with the runbook open.' };
  const same = digestOf(current) === proposal.base;
  const merged = same ? proposal.edits : await mergedInto(current, proposal, ports);
  if (typeof merged === 'string') return { state: 'stale', note: merged };
  if (!(await ports.edit(file, current, merged, proposal.summary)))
    return { state: 'open', note: 'The file was being changed at that moment, so nothing was applied. Apply it again.' };
  return same ? { state: 'applied' } : { state: 'applied', note: 'The file had changed since; what was changed elsewhere in it was kept.' };
}

async function mergedInto(current: string, proposal: EditProposal, ports: ApplyPorts): Promise<readonly TextEdit[] | string> {
  if (current === proposal.text) return 'The file has this change already.';
  const made = rebase(proposal, current);
  if (made.kind === 'unclear')
    return 'The file has changed since where this change belongs, so nothing was applied. Ask again for a change of what it is now.';
  const known = new Set([...(await ports.check(current, proposal.file)), ...proposal.diagnostics].map(said));
  const wrong = (await ports.check(made.text, proposal.file)).find((found) => found.severity === 'error' && !known.has(said(found)));
  if (wrong === undefined) return made.edits;
  return `The file has changed since, and with this change it would be wrong: line ${wrong.line}: ${wrong.message} Nothing was applied. Ask again.`;
}

const said = ({ code, message }: Diagnostic): string => `${code} ${message}`;
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

async function createFile({ file, text }: NewRunbookProposal, ports: ApplyPorts): Promise<Applied> {
  if (await ports.create(file, text)) return { state: 'applied' };
  return { state: 'stale', note: `${file} exists already, and nothing was overwritten. Ask for it under another name.` };
}
