import type { PlanView } from '../../protocol/chat.ts';
import type { ActionView } from '../../protocol/lsp.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Plan, PlannedAction } from './plan.ts';

/** Milliseconds that an action took in earlier runs, newest first. */
export type Earlier = (uses: string) => readonly number[];

/** What a person reads before saying yes. `earlier`: none are known without it. */
export function cardOf(plan: Plan, catalog: readonly ActionView[], earlier: Earlier = () => []): PlanView {
  const [open] = plan.missing;
  const times = plan.actions.map(({ uses }) => ({ known: earlier(uses), usual: manifestOf(uses, catalog)?.estimate ?? 1000 }));
  return {
    state: open === undefined ? 'ready' : 'asking',
    actions: plan.actions.map((action) => ({
      uses: action.uses,
      summary: action.summary,
      risk: manifestOf(action.uses, catalog)?.risk ?? 'medium',
      touches: touchesOf(action, manifestOf(action.uses, catalog)),
    })),
    risk: plan.risk,
    estimate: {
      milliseconds: times.reduce((sum, { known, usual }) => sum + (median(known) ?? usual), 0),
      runs: Math.min(...times.map(({ known }) => known.length)),
    },
    ...(open === undefined ? {} : { question: { text: open.question, options: [...open.options], left: plan.missing.length } }),
  };
}

const manifestOf = (uses: string, catalog: readonly ActionView[]) => catalog.find(({ name }) => name === uses);

function touchesOf({ with: given, target }: PlannedAction, manifest: ActionView | undefined): string[] {
  const named = (manifest?.touches ?? []).flatMap(({ what, input }) => values(given[input]).map((value) => `${what} ${value}`));
  return [...named, ...(target === undefined ? [] : [`target ${target}`])];
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
