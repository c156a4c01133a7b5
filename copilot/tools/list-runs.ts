import { RunStatus } from '../../protocol/run.ts';
import { definitionId } from '../context/definition.ts';
import { workflowStatus } from '../context/status.ts';
import { entryOf, listParameters, page, runbookParameter } from './shared.ts';
import { type CopilotTool, dataResult, refused, textOf } from './tool.ts';

const statuses: readonly string[] = RunStatus.enum;

export const listRuns: CopilotTool = {
  name: 'list_runs',
  title: 'List runs',
  description:
    'Gives runs, the newest first: id, runbook, status, when it began and ended, and who asked for it. Without `runbook`, runs of all of them.',
  parameters: {
    type: 'object',
    properties: {
      runbook: { ...runbookParameter, description: 'Only runs of this runbook, as find_runbook names it; `.` is the open one.' },
      status: { type: 'string', enum: [...statuses], description: 'Only runs with this status.' },
      ...listParameters(50),
    },
    additionalProperties: false,
  },
  summary: (input) => `Lists runs${textOf(input, 'status') === undefined ? '' : ` that are ${textOf(input, 'status')?.replace('_', ' ')}`}`,
  offered: ({ sources }) => sources.runs !== undefined,
  async invoke(input, ports) {
    const name = textOf(input, 'runbook');
    const file =
      name === undefined ? undefined : ((name === '.' ? await ports.sources.documents?.open() : await entryOf(ports, name))?.file ?? '');
    if (file === '') return refused(`There is no runbook ${name}; find_runbook lists them.`);
    const status = statuses.find((one) => one === input.status) as RunStatus | undefined;
    const runs =
      (await ports.sources.runs?.list({
        limit: 1000,
        ...(file === undefined ? {} : { file }),
        ...(status === undefined ? {} : { status }),
      })) ?? [];
    const newest = [...runs].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    const { total, offset, items } = page(newest, input);
    return dataResult({
      total,
      offset,
      runs: items.map((run) => ({
        id: run.id,
        definitionId: definitionId(run.file),
        name: run.runbook,
        ...workflowStatus[run.status],
        createdAt: run.createdAt,
        finishedAt: run.finishedAt ?? null,
        requestedBy: run.requestedBy,
      })),
    });
  },
};
