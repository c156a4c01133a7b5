import { instanceData } from '../context/instance.ts';
import { materialOf, noRun, runParameter } from './shared.ts';
import { type CopilotTool, dataResult, refused, textOf } from './tool.ts';

export const getWorkflowInstanceState: CopilotTool = {
  name: 'get_workflow_instance_state',
  title: 'Read the state of a run',
  description:
    'Gives the state of one run: status, times, inputs, outputs, and the status, attempts and exit code of every step. Use it to learn how far a run came.',
  parameters: { type: 'object', properties: { run: runParameter }, additionalProperties: false },
  summary: (input) => `Reads the state of ${nameOf(textOf(input, 'run'))}`,
  offered: ({ sources }) => sources.runs !== undefined,
  async invoke(input, ports) {
    const { run, notes } = await materialOf(ports, input);
    return run === undefined ? refused(notes.join(' ') || noRun) : dataResult(instanceData(run));
  },
};

export const nameOf = (run: string | undefined): string => (run === undefined ? 'the run' : `run ${run}`);
