import { basename } from 'node:path';
import * as Type from 'typebox';
import { isValid, type Proposal } from '../../copilot/proposals/proposal.ts';
import type { ProposalView, Turn } from '../../protocol/chat.ts';

const Place = Type.Object({ line: Type.Integer({ minimum: 0 }), character: Type.Integer({ minimum: 0 }) });
const Diagnostic = Type.Object({ line: Type.Integer(), severity: Type.String(), code: Type.String(), message: Type.String() });
const common = { file: Type.String(), text: Type.String(), summary: Type.String(), diagnostics: Type.Array(Diagnostic) };

/** A proposal as it is kept with a conversation: what is read back is checked, since it is applied by it. */
export const StoredProposal = Type.Union([
  Type.Object({
    kind: Type.Literal('edit'),
    ...common,
    base: Type.String(),
    before: Type.String(),
    edits: Type.Array(Type.Object({ range: Type.Object({ start: Place, end: Place }), newText: Type.String() })),
  }),
  Type.Object({ kind: Type.Literal('new'), ...common }),
]);
export type StoredProposal = Type.Static<typeof StoredProposal>;

/** As many as the protocol has room for, and no more problems than somebody reads. */
export const mostProposals = 20;
const mostProblems = 20;

export const proposalView = (proposal: Proposal): ProposalView => ({
  kind: proposal.kind,
  file: proposal.kind === 'edit' ? basename(proposal.file) : proposal.file,
  summary: proposal.summary,
  before: proposal.kind === 'edit' ? proposal.before : '',
  after: proposal.text,
  problems: problemsOf(proposal),
  state: 'open',
});

/** Of a text that is wrong its errors alone, else what it is warned of. */
const problemsOf = (proposal: Proposal): ProposalView['problems'] =>
  proposal.diagnostics
    .filter(({ severity }) => isValid(proposal) || severity === 'error')
    .slice(0, mostProblems)
    .map(({ line, severity, message }) => ({ line, severity, message }));

/** Of an old turn the texts are not kept, so it cannot be applied any more. */
export const withoutTexts = ({ proposals }: Turn): Pick<Turn, 'proposals'> =>
  proposals === undefined
    ? {}
    : {
        proposals: proposals.map((view) => ({
          ...view,
          before: '',
          after: '',
          ...(view.state === 'open' ? { state: 'stale' as const, note: 'It is too old to be kept. Ask again.' } : {}),
        })),
      };
