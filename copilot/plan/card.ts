import type { PlanView } from '../../protocol/chat.ts';
import type { ActionView } from '../../protocol/lsp.ts';
import { visible } from '../../protocol/visible.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Plan, PlannedAction } from './plan.ts';

/** Milliseconds that an action took in earlier runs, newest first. */
export type Earlier = (uses: string) => readonly number[];

/** One action as a card shows it: the words, and every input as it will be given, whatever the words leave out. */
export const shownOf = ({ uses, summary, target, with: given }: PlannedAction): Omit<PlanView['actions'][number], 'risk' | 'touches'> => ({
  uses: visible(uses, 'line'),
  summary: visible(summary, 'line'),
  inputs: Object.entries(given).map(([name, value]) => ({
    name: visible(name, 'line'),
    value: visible(typeof value === 'string' ? value : JSON.stringify(value, null, 2)),
  })),
  ...(target === undefined ? {} : { target: visible(target, 'line') }),
});

/** What a person reads before saying yes. `earlier`: none are known without it. Everything in it may come from outside: it is text, never markup. */
export function cardOf(plan: Plan, catalog: readonly ActionView[], earlier: Earlier = () => []): PlanView {
  const [open] = plan.missing;
  const times = plan.actions.map(({ uses }) => ({ known: earlier(uses), usual: manifestOf(uses, catalog)?.estimate ?? 1000 }));
  return {
    state: open === undefined ? 'ready' : 'asking',
    actions: plan.actions.map((action) => ({
      ...shownOf(action),
      risk: manifestOf(action.uses, catalog)?.risk ?? 'medium',
      touches: touchesOf(action, manifestOf(action.uses, catalog)),
    })),
    risk: plan.risk,
    estimate: {
      milliseconds: times.reduce((sum, { known, usual }) => sum + (median(known) ?? usual), 0),
      runs: Math.min(...times.map(({ known }) => known.length)),
    },
    ...(open === undefined
      ? {}
      : {
          question: {
            text: visible(open.question, 'line'),
            options: open.options.map((option) => visible(option, 'line')),
            left: plan.missing.length,
          },
        }),
  };
}

const manifestOf = (uses: string, catalog: readonly ActionView[]) => catalog.find(({ name }) => name === uses);

function touchesOf({ with: given, target }: PlannedAction, manifest: ActionView | undefined): string[] {
  const named = (manifest?.touches ?? []).flatMap(({ what, input }) => values(given[input]).map((value) => `${what} ${value}`));
  return [...named, ...(target === undefined ? [] : [`target ${target}`])].map((name) => visible(name, 'line'));
}

const values = (value: Json | undefined): string[] =>
  value === undefined || value === null
    ? []
    : Array.isArray(value)
      ? value.flatMap(values)
      : typeof value === 'object'
        ? []
        : [String(value)];

function median(known: readonly number[]): number | undefined {
  if (known.length === 0) return undefined;
  const sorted = [...known].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
