import { incidents } from '../context/instance.ts';
import { workflowStatus } from '../context/status.ts';
import { fit, listParameters, page, searchParameter } from './shared.ts';
import { type CopilotTool, dataResult, textOf } from './tool.ts';

/** Runs that are looked at, and of how many of them the details are read. */
const looked = 200;
const read = 40;

export const searchHistory: CopilotTool = {
  name: 'search_history',
  title: 'Search earlier runs',
  description:
    'Searches the last 200 runs by their runbook’s name and by what went wrong in those that did not end well. Use it to learn whether a failure happened before.',
  parameters: {
    type: 'object',
    properties: { search: { ...searchParameter('Words, such as `connection refused`.'), minLength: 1 }, ...listParameters(20) },
    required: ['search'],
    additionalProperties: false,
  },
  summary: (input) => `Searches earlier runs for ${textOf(input, 'search') ?? ''}`,
  offered: ({ sources }) => sources.runs !== undefined,
  async invoke(input, { sources: { runs } }) {
    const all = [...((await runs?.list({ limit: looked })) ?? [])].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    const wrong = new Set(
      all
        .filter(({ status }) => status === 'failed' || status === 'rejected')
        .slice(0, read)
        .map(({ id }) => id),
    );
    const search = textOf(input, 'search') ?? '';
    const found = await Promise.all(
      all.map(async (run) => {
        const detail = wrong.has(run.id) ? await runs?.show(run.id).catch(() => undefined) : undefined;
        const said = (detail === undefined ? [] : incidents(detail)).map(({ activityId, message }) => ({ activityId, message }));
        return { run, said, score: fit(search, [run.runbook, said.map(({ message }) => message).join(' ')]) };
      }),
    );
    const hits = found.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || b.run.createdAt.localeCompare(a.run.createdAt));
    const { total, offset, items } = page(hits, input);
    return dataResult({
      total,
      offset,
      searched: all.length,
      runs: items.map(({ run, said }) => ({
        id: run.id,
        name: run.runbook,
        ...workflowStatus[run.status],
        createdAt: run.createdAt,
        incidents: said.slice(0, 5),
      })),
    });
  },
};
