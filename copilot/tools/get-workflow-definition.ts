import { createHash } from 'node:crypto';
import { definitionId } from '../context/definition.ts';
import { asJson, runbookOf, runbookParameter } from './shared.ts';
import { type CopilotTool, dataResult, numberOf, refused, textOf } from './tool.ts';

const mostLines = 400;

export const getWorkflowDefinition: CopilotTool = {
  name: 'get_workflow_definition',
  title: 'Read a runbook',
  description:
    'Gives the text of a runbook as it stands in the editor, unsaved changes included, with its line count, digest and problems. Use it before proposing an edit: the quoted parts of an edit must be exactly in this text.',
  parameters: {
    type: 'object',
    properties: {
      runbook: runbookParameter,
      from: { type: 'integer', minimum: 1, maximum: 1_000_000, description: 'First line to give, from 1. Default 1.' },
      lines: { type: 'integer', minimum: 1, maximum: mostLines, description: `How many lines, up to ${mostLines}, which is the default.` },
    },
    additionalProperties: false,
  },
  summary: (input) => `Reads ${textOf(input, 'runbook') ?? 'the open runbook'}`,
  offered: ({ sources, library }) => sources.documents !== undefined || library !== undefined,
  async invoke(input, ports) {
    const found = await runbookOf(ports, textOf(input, 'runbook'));
    if ('why' in found) return refused(found.why);
    const lines = found.text.split('\n');
    const from = numberOf(input, 'from', 1);
    const part = lines.slice(from - 1, from - 1 + numberOf(input, 'lines', mostLines));
    return dataResult({
      id: definitionId(found.file),
      unsaved: found.unsaved,
      digest: `sha256:${createHash('sha256').update(found.text).digest('hex')}`,
      totalLines: lines.length,
      from,
      to: from - 1 + part.length,
      text: part.join('\n'),
      diagnostics: asJson(found.diagnostics.slice(0, 50)),
    });
  },
};
