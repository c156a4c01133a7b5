import type { ActionView } from '../../protocol/lsp.ts';
import type { JsonObject } from '../../runbook/core/json.ts';
import { phrases } from '../plan/phrases.ts';
import type { Plan, PlannedAction } from '../plan/plan.ts';
import { highest } from '../plan/read.ts';
import { type CopilotTool, refused } from './tool.ts';

interface Proposed {
  readonly uses: string;
  readonly with?: JsonObject;
}

export const proposeActions: CopilotTool = {
  name: 'propose_actions',
  title: 'Propose actions',
  description:
    'Proposes to carry out actions of the catalogue, in order. The person sees each with its inputs, the risk and the runbook that they become, and decides; nothing runs before. Use it when the person asks for something to be done now. Look the actions up in get_activity_catalog first. Take values only from the person and from what they point at; when a required input is not known, ask the person for it instead of calling this.',
  parameters: {
    type: 'object',
    properties: {
      actions: {
        type: 'array',
        description: 'What to do, in this order.',
        minItems: 1,
        maxItems: 20,
        items: {
          type: 'object',
          properties: {
            uses: { type: 'string', maxLength: 120, description: 'Name of the action, such as `security/block_ip`.' },
            with: { type: 'object', description: 'Its inputs, by the schema of the catalogue. No expressions.' },
          },
          required: ['uses'],
          additionalProperties: false,
        },
      },
    },
    required: ['actions'],
    additionalProperties: false,
  },
  summary: (input) => `Proposes ${namesOf(input.actions)}`,
  ours: true,
  offered: ({ starter }) => starter !== undefined,
  async invoke(input, { language }) {
    const proposed = input.actions as readonly Proposed[];
    const catalog = await language.actions();
    const wrong = (await Promise.all(proposed.map((action, index) => whatIsWrong(action, index, catalog)))).filter(
      (why) => why !== undefined,
    );
    if (wrong.length > 0) return refused(wrong.join(' '));
    const actions = proposed.map(({ uses, with: given = {} }): PlannedAction => ({ uses, with: given, summary: summaryOf(uses, given) }));
    const plan: Plan = {
      actions,
      missing: [],
      confidence: 0.8,
      risk: highest(
        actions.map(({ uses }) => uses),
        catalog,
      ),
    };
    return { kind: 'plan', plan };
  },
};

async function whatIsWrong(
  { uses, with: given = {} }: Proposed,
  index: number,
  catalog: readonly ActionView[],
): Promise<string | undefined> {
  const manifest = catalog.find(({ name }) => name === uses);
  if (manifest === undefined) return `actions[${index}]: there is no action ${uses.slice(0, 80)}; get_activity_catalog lists them.`;
  // An expression could read a secret, and what is shown would not be what runs.
  if (JSON.stringify(given).includes('${{')) return `actions[${index}]: expressions are not allowed here; give plain values.`;
  const { Ajv } = await import('ajv');
  const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(manifest.inputs);
  if (validate(given)) return undefined;
  const why = (validate.errors ?? [])
    .slice(0, 5)
    .map(({ instancePath, message }) => `${instancePath.slice(1) || 'with'} ${message ?? 'is wrong'}`);
  return `actions[${index}], ${uses}: ${why.join('; ')}. Ask the person for what you do not know.`;
}

/** In the words of the rules where they know the action, else all that it is given: nothing that runs is hidden. */
function summaryOf(uses: string, given: JsonObject): string {
  const phrase = phrases.find((one) => one.uses === uses);
  const extra = Object.entries(given).filter(([name]) => phrase === undefined || !phrase.slots.some(({ parameter }) => parameter === name));
  const rest = extra.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ');
  if (phrase === undefined) return rest === '' ? uses : `${uses}: ${rest}`;
  return rest === '' ? phrase.summary(given) : `${phrase.summary(given)} (${rest})`;
}

const namesOf = (actions: unknown): string =>
  Array.isArray(actions)
    ? actions
        .map((action: unknown) =>
          typeof action === 'object' && action !== null && 'uses' in action ? String(action.uses).slice(0, 80) : '?',
        )
        .join(', ')
    : 'actions';
