import { dirname, join } from 'node:path';
import { entryOf } from './shared.ts';
import { type CopilotTool, refused, textOf } from './tool.ts';
import { largestText } from './validate-runbook.ts';

export const proposeNewWorkflow: CopilotTool = {
  name: 'propose_new_workflow',
  title: 'Propose a new runbook',
  description:
    'Proposes a new runbook, which a person sees in full and may create; nothing is written. The text is checked: what does not validate comes back with its problems to be mended. Look up the actions you use in get_activity_catalog first.',
  parameters: {
    type: 'object',
    properties: {
      file: {
        type: 'string',
        maxLength: 200,
        pattern: '^(?:[A-Za-z0-9][A-Za-z0-9_-]*/){0,5}[A-Za-z0-9][A-Za-z0-9_-]*\\.runbook\\.yaml$',
        description: 'Path below the workspace, such as `ops/restart-web.runbook.yaml`.',
      },
      text: { type: 'string', minLength: 1, maxLength: largestText, description: 'The whole YAML text, beginning with `runbook: v1`.' },
      summary: { type: 'string', minLength: 1, maxLength: 500, description: 'What it does, in one or two sentences.' },
    },
    required: ['file', 'text', 'summary'],
    additionalProperties: false,
  },
  summary: (input) => `Proposes a new runbook, ${textOf(input, 'file') ?? ''}`,
  offered: () => true,
  async invoke(input, ports) {
    const file = textOf(input, 'file') ?? '';
    if ((await entryOf(ports, file)) !== undefined) return refused(`${file} exists: choose another name, or open it and propose an edit.`);
    const text = textOf(input, 'text') ?? '';
    // What it refers to is looked for beside the runbook that is open.
    const open = await ports.sources.documents?.open();
    const diagnostics = await ports.language.check(text, open && join(dirname(open.file), file.split('/').at(-1) ?? file));
    return { kind: 'proposal', proposal: { kind: 'new', file, text, summary: textOf(input, 'summary') ?? '', diagnostics } };
  },
};
