import { stringify } from 'yaml';
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
