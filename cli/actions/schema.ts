import type { ActionManifest } from '../../runbook/core/action.ts';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import type { InputType } from '../../runbook/core/model.ts';

export interface ActionInput {
  readonly name: string;
  readonly type: InputType;
  readonly required: boolean;
  readonly default?: Json;
  readonly description: string;
}

const types: Readonly<Record<string, InputType>> = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
};

/** The inputs of an action, as a runbook would declare them. What may be of several types is text. */
export function inputsOf({ inputs }: ActionManifest): readonly ActionInput[] {
  const { properties = {}, required = [] } = inputs;
  return Object.entries(properties as Readonly<Record<string, JsonObject>>).map(([name, { type, default: value, description }]) => ({
    name,
    type: (typeof type === 'string' ? types[type] : undefined) ?? 'string',
    required: (required as readonly string[]).includes(name),
    ...(value === undefined ? {} : { default: value }),
    description: typeof description === 'string' ? description : '',
  }));
}
