import { allSteps } from '../context/definition.ts';
import { parseRunbook } from '../context/parse.ts';
import type { LibraryEntry } from './ports.ts';
import { asJson, fit, listParameters, page, searchParameter } from './shared.ts';
import { type CopilotTool, dataResult, textOf } from './tool.ts';

/** A workspace may hold thousands; reading them all for one question would take too long. */
const mostRead = 500;

export const findRunbook: CopilotTool = {
  name: 'find_runbook',
  title: 'Find runbooks',
  description:
    'Gives the runbooks of the workspace, best fit first: the name to call each by, its title, description, inputs and number of steps. Use it when somebody speaks of a runbook that is not open.',
  parameters: {
    type: 'object',
    properties: { search: searchParameter('Words of the file, the name or the description.'), ...listParameters(50) },
    additionalProperties: false,
  },
  summary: (input) => `Looks for runbooks${textOf(input, 'search') === undefined ? '' : ` about ${textOf(input, 'search')}`}`,
  offered: ({ library }) => library !== undefined,
  async invoke(input, { library }) {
    const all = (await library?.list()) ?? [];
    const search = textOf(input, 'search') ?? '';
    const read = await Promise.all(all.slice(0, mostRead).map(about));
    const found = read
      .map((one) => ({ one, score: fit(search, [one.name, one.runbook.replaceAll(/[-_/.]/g, ' '), one.description]) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.one.runbook < b.one.runbook ? -1 : 1));
    const { total, offset, items } = page(found, input);
    return dataResult({
      total,
      offset,
      runbooks: items.map(({ one }) => asJson(one)),
      ...(all.length > mostRead ? { note: `Of ${all.length} runbooks the first ${mostRead} were looked at.` } : {}),
    });
  },
};

async function about({ name, read }: LibraryEntry) {
  const runbook = parseRunbook(await read().catch(() => ''));
  if (runbook === undefined) return { runbook: name, name: undefined, description: 'It cannot be read as a runbook.' };
  return {
    runbook: name,
    name: runbook.name,
    description: runbook.description,
    inputs: Object.keys(runbook.inputs),
    steps: allSteps(runbook).length,
  };
}
