import { asJson, runbookOf, runbookParameter } from './shared.ts';
import { type CopilotTool, dataResult, refused, textOf } from './tool.ts';

/** Characters of a runbook that a model may write. */
export const largestText = 200_000;

export const validateRunbook: CopilotTool = {
  name: 'validate_runbook',
  title: 'Check a runbook',
  description:
    'Gives the problems that the editor would mark in a runbook: line (from 1), severity, code and message. Give `text` to check what you are about to propose; without it the open runbook is checked.',
  parameters: {
    type: 'object',
    properties: {
      text: { type: 'string', minLength: 1, maxLength: largestText, description: 'The whole YAML text.' },
      runbook: runbookParameter,
    },
    additionalProperties: false,
  },
  summary: (input) => `Checks ${textOf(input, 'text') === undefined ? (textOf(input, 'runbook') ?? 'the open runbook') : 'a text'}`,
  offered: () => true,
  async invoke(input, ports) {
    const text = textOf(input, 'text');
    const name = textOf(input, 'runbook');
    const found = text !== undefined && name === undefined ? await ports.sources.documents?.open() : await runbookOf(ports, name);
    if (found !== undefined && 'why' in found) return refused(found.why);
    const diagnostics = text === undefined ? (found?.diagnostics ?? []) : await ports.language.check(text, found?.file);
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    return dataResult({ valid: errors === 0, errors, total: diagnostics.length, diagnostics: asJson(diagnostics.slice(0, 100)) });
  },
};
