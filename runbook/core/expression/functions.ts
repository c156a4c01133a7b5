import { data, wellKnownFunctions } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { seconds } from '../duration.ts';
import { unwrap, wrap } from './data.ts';

export interface ExpressionFunction {
  readonly signature: string;
  readonly min: number;
  readonly max: number;
  readonly doc: string;
}

/** What status functions answer, from the state of the run. */
export interface Status {
  readonly success: boolean;
  readonly failure: boolean;
  readonly cancelled: boolean;
}

/** By the name they are written with; calls ignore case. */
export const functions = {
  contains: { signature: 'contains(search, item)', min: 2, max: 2, doc: 'True if the text or list holds the item. Ignores case.' },
  startsWith: { signature: 'startsWith(text, start)', min: 2, max: 2, doc: 'True if the text begins so. Ignores case.' },
  endsWith: { signature: 'endsWith(text, end)', min: 2, max: 2, doc: 'True if the text ends so. Ignores case.' },
  format: {
    signature: 'format(text, value, …)',
    min: 1,
    max: 255,
    doc: 'Puts the values at `{0}`, `{1}` … in the text; `{{` is one brace.',
  },
  join: { signature: 'join(list, separator?)', min: 1, max: 2, doc: 'The items as one text, with the separator (a comma) between them.' },
  toJSON: { signature: 'toJSON(value)', min: 1, max: 1, doc: 'The value as indented JSON.' },
  fromJSON: { signature: 'fromJSON(text)', min: 1, max: 1, doc: 'The value that the JSON text stands for.' },
  case: {
    signature: 'case(condition, value, …, otherwise)',
    min: 3,
    max: 255,
    doc: 'The value behind the first condition that is true, else the last argument.',
  },
  success: {
    signature: 'success()',
    min: 0,
    max: 0,
    doc: 'True if no step has failed and the run is not cancelled. Implied in an `if` without a status function.',
  },
  failure: { signature: 'failure()', min: 0, max: 0, doc: 'True if a step has failed for good or was rejected.' },
  cancelled: { signature: 'cancelled()', min: 0, max: 0, doc: 'True if somebody cancelled the run.' },
  always: { signature: 'always()', min: 0, max: 0, doc: 'True. The step also starts after a failure.' },
  seconds: { signature: 'seconds(duration)', min: 1, max: 1, doc: 'The number of seconds in a duration such as `1h30m`.' },
} as const satisfies Record<string, ExpressionFunction>;

const statusNames: readonly string[] = ['success', 'failure', 'cancelled', 'always'];
const byLowerName = new Map<string, ExpressionFunction>(Object.entries(functions).map(([name, one]) => [name.toLowerCase(), one]));
export const isFunction = (name: string): boolean => byLowerName.has(name.toLowerCase());
export const isStatusFunction = (name: string): boolean => statusNames.includes(name.toLowerCase());
export const functionInfos = [...byLowerName].map(([name, { min, max }]) => ({ name, minArgs: min, maxArgs: max }));

/** An expression's result may not grow without bound out of small arguments. */
const longestText = 4 * 1024 * 1024;

/** The functions to evaluate with, in place of the package's where those copy values or let them grow. */
export function implementations(status: Status): Map<string, FunctionDefinition> {
  const bool = (value: boolean) => () => new data.BooleanData(value);
  return new Map<string, FunctionDefinition>([
    own('success', bool(status.success)),
    own('failure', bool(status.failure)),
    own('cancelled', bool(status.cancelled)),
    own('always', bool(true)),
    own('seconds', (duration) => new data.NumberData(seconds(duration?.coerceString() ?? ''))),
    own('toJSON', (value) => new data.StringData(JSON.stringify(value === undefined ? null : unwrap(value), null, 2))),
    own('fromJSON', (text) => wrap(parseJson(text?.coerceString() ?? ''))),
    own('format', (text, ...values) => {
      const pattern = text?.coerceString() ?? '';
      const longest = Math.max(0, ...values.map((value) => value.coerceString().length));
      limit(pattern.length + (pattern.split('{').length - 1) * longest);
      return builtIn('format', text ?? new data.StringData(''), ...values);
    }),
    own('join', (list, separator) => {
      const items = list instanceof data.Array ? list.values().length : 0;
      limit(items * (separator?.coerceString().length ?? 1));
      return builtIn('join', list ?? new data.Null(), ...(separator === undefined ? [] : [separator]));
    }),
  ]);
}

function own(name: keyof typeof functions, call: FunctionDefinition['call']): [string, FunctionDefinition] {
  const { min, max } = functions[name];
  return [name.toLowerCase(), { name, minArgs: min, maxArgs: max, call }];
}

function builtIn(name: string, ...args: data.ExpressionData[]): data.ExpressionData {
  const found = wellKnownFunctions[name];
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found.call(...args);
}

function limit(length: number): void {
  if (length > longestText) throw new Error('the text would be longer than 4 MiB');
}

function parseJson(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may be long and not meant for a log.
    throw new Error(text.trim() === '' ? 'fromJSON was given an empty text' : 'fromJSON was given a text that is not JSON');
  }
}
