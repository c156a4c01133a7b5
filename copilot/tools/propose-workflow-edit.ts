import { createHash } from 'node:crypto';
import { type Replacement, replaceParts } from '../proposals/replace.ts';
import { noRunbook } from './shared.ts';
import { type CopilotTool, refused, textOf } from './tool.ts';
import { largestText } from './validate-runbook.ts';

export const proposeWorkflowEdit: CopilotTool = {
  name: 'propose_workflow_edit',
  title: 'Propose an edit',
  description:
    'Proposes changes to the open runbook, which a person sees as a diff and may apply; nothing is written. Each edit quotes a part that stands exactly once in the text, as get_workflow_definition gives it, and says what it should become; comments and layout around it stay. The result is checked: what does not validate comes back with its problems to be mended.',
  parameters: {
    type: 'object',
    properties: {
      summary: { type: 'string', minLength: 1, maxLength: 500, description: 'What the change does and why, in one or two sentences.' },
      edits: {
        type: 'array',
        minItems: 1,
        maxItems: 50,
        description: 'The changes, none over another.',
        items: {
          type: 'object',
          properties: {
            old: { type: 'string', minLength: 1, maxLength: largestText, description: 'The part as it stands, whitespace included.' },
            new: { type: 'string', maxLength: largestText, description: 'What it becomes; empty to remove it.' },
          },
          required: ['old', 'new'],
          additionalProperties: false,
        },
      },
    },
    required: ['summary', 'edits'],
    additionalProperties: false,
  },
  summary: (input) => `Proposes an edit: ${textOf(input, 'summary') ?? ''}`,
  offered: ({ sources }) => sources.documents !== undefined,
  async invoke(input, { sources, language }) {
    const open = await sources.documents?.open();
    if (open === undefined) return refused(noRunbook);
    const replaced = replaceParts(open.text, input.edits as readonly Replacement[]);
    if (replaced.kind === 'unclear') return refused(replaced.why);
    const { text, edits } = replaced;
    const base = `sha256:${createHash('sha256').update(open.text).digest('hex')}`;
    const diagnostics = await language.check(text, open.file);
    return {
      kind: 'proposal',
      proposal: {
        kind: 'edit',
        file: open.file,
        base,
        before: open.text,
        edits,
        text,
        summary: textOf(input, 'summary') ?? '',
        diagnostics,
      },
    };
  },
};
