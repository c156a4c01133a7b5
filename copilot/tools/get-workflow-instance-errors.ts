import { errorsData } from '../context/instance.ts';
import { nameOf } from './get-workflow-instance-state.ts';
import { materialOf, noRun, runParameter } from './shared.ts';
import { type CopilotTool, dataResult, refused, textOf } from './tool.ts';

export const getWorkflowInstanceErrors: CopilotTool = {
  name: 'get_workflow_instance_errors',
  title: 'Read what went wrong in a run',
  description:
    'Gives the incidents of one run, in the order they happened, with the end of the output of the steps that failed; `totalErrors` is 0 where nothing went wrong.',
  parameters: { type: 'object', properties: { run: runParameter }, additionalProperties: false },
  summary: (input) => `Reads the errors of ${nameOf(textOf(input, 'run'))}`,
  offered: ({ sources }) => sources.runs !== undefined,
  async invoke(input, ports) {
    const { run, outputs, notes } = await materialOf(ports, input);
    if (run === undefined) return refused(notes.join(' ') || noRun);
    return dataResult(errorsData(run, outputs) ?? { instanceId: run.id, incidents: [], totalErrors: 0 });
  },
};
