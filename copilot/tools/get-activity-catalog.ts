import type { ActionView } from '../../protocol/lsp.ts';
import { asJson, fit, listParameters, page, searchParameter } from './shared.ts';
import { type CopilotTool, dataResult, textOf } from './tool.ts';

/** Schemas are long: with those of twenty there would be no room for anything else. */
const inFull = 4;

const outline = ({ name, description, category, risk }: ActionView) => asJson({ name, description, category, risk });
const whole = ({ name, description, category, risk, inputs, outputs, example }: ActionView) =>
  asJson({ name, description, category, risk, inputs, outputs, example });

export const getActivityCatalog: CopilotTool = {
  name: 'get_activity_catalog',
  title: 'Look into the catalogue of actions',
  description:
    'Gives the actions that a step can use (`uses:`), built in and of the workspace, best fit first: name, description and risk, and of the first four the JSON Schema of the inputs (`with:`), the outputs and an example; search for a name to get those of another. Use it before writing a step with an action; do not guess names of inputs.',
  parameters: {
    type: 'object',
    properties: {
      search: searchParameter('Words of the name, the description or the category, such as `block address`.'),
      category: {
        type: 'string',
        enum: ['import', 'analysis', 'processing', 'validation', 'export', 'integration', 'containment', 'notification', 'investigation'],
        description: 'Only actions of this category.',
      },
      ...listParameters(50),
    },
    additionalProperties: false,
  },
  summary: (input) =>
    `Looks into the catalogue of actions${textOf(input, 'search') === undefined ? '' : ` for ${textOf(input, 'search')}`}`,
  offered: () => true,
  async invoke(input, { language }) {
    const search = textOf(input, 'search') ?? '';
    const found = (await language.actions())
      .filter(({ category }) => input.category === undefined || input.category === category)
      .map((action) => ({ action, score: fit(search, [action.name, action.description, action.category]) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.action.name < b.action.name ? -1 : 1));
    const { total, offset, items } = page(found, input);
    return dataResult({
      total,
      offset,
      activities: items.map(({ action }, index) => (index < inFull ? whole(action) : outline(action))),
      ...(items.length > inFull
        ? { note: `Inputs and outputs are given for the first ${inFull}; search for the name of another one.` }
        : {}),
    });
  },
};
