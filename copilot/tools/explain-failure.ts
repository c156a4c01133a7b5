import { explain } from '../explain/explain.ts';
import { nameOf } from './get-workflow-instance-state.ts';
import { asJson, materialOf, noRun, runParameter } from './shared.ts';
import { type CopilotTool, dataResult, refused, textOf } from './tool.ts';

export const explainFailure: CopilotTool = {
  name: 'explain_failure',
  title: 'Explain a failure by rules',
  description:
    'Gives what the failure rules say about a run: the step, the class, the cause, lines of the run as evidence, and remedies. Use it before guessing; the same run always gets the same answer.',
  parameters: {
    type: 'object',
    properties: {
      run: runParameter,
      step: { type: 'string', minLength: 1, maxLength: 200, description: 'Path of the step; without it the first that failed.' },
    },
    additionalProperties: false,
  },
  summary: (input) => `Explains by rules why ${nameOf(textOf(input, 'run'))} failed`,
  offered: ({ sources }) => sources.runs !== undefined,
  async invoke(input, ports) {
    const { run, outputs, runbook, notes } = await materialOf(ports, input);
    if (run === undefined) return refused(notes.join(' ') || noRun);
    const explained = explain(run, outputs, runbook, textOf(input, 'step'));
    if (explained === undefined) return dataResult({ run: run.id, status: run.status, diagnosis: null });
    return dataResult({
      run: run.id,
      status: run.status,
      diagnosis: asJson(explained.diagnosis),
      pattern: explained.pattern,
      confidence: explained.confidence,
    });
  },
};
