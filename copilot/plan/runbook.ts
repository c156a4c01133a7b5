import { stringify } from 'yaml';
import type { Json } from '../../runbook/core/json.ts';
import type { Plan } from './plan.ts';
import { stepIds } from './read.ts';

/** The runbook that a plan becomes: what is approved and run is this text, which a person can open and edit. `name` is its title. */
export function planText({ actions, risk }: Plan, name: string): string {
  const ids = stepIds(actions.map(({ uses }) => uses));
  const steps = actions.map(({ uses, with: given, target, summary }, index) => ({
    id: ids[index],
    name: plain(summary),
    uses,
    ...(target === undefined ? {} : { target }),
    ...(Object.keys(given).length === 0 ? {} : { with: given }),
  }));
  return stringify(
    { runbook: 'v1', name: plain(name), description: `Made from a sentence in the chat. Highest risk: ${risk}.`, steps },
    { lineWidth: 0 },
  );
}

/** Titles are never expressions. */
const plain = (text: string): string => text.replaceAll('${{', '$ {{').slice(0, 200);

/** Inputs that hold paths on this machine. */
const pathInputs = new Set(['path', 'table', 'with', 'schema', 'files', 'rules', 'indicators_file', 'from', 'to']);
const relative = /^(?![/~]|[a-z][\w+.-]*:|\$\{\{)(?:\.{1,2}\/)*[\w@+-][\w.@+/-]*\.\w{1,6}$/i;

/** The same plan for a runbook that lies in a folder further down: `up` leads to the one that the words' paths start from. */
export function seenFrom(plan: Plan, up: string): Plan {
  const moved = (value: Json): Json => {
    if (typeof value === 'string') return relative.test(value) ? `${up}${value.replace(/^\.\//, '')}` : value;
    return Array.isArray(value) ? value.map(moved) : value;
  };
  return {
    ...plan,
    actions: plan.actions.map((action) => ({
      ...action,
      with: Object.fromEntries(Object.entries(action.with).map(([name, value]) => [name, pathInputs.has(name) ? moved(value) : value])),
    })),
  };
}
