import type { ActionManifest } from './core/action.ts';
import type { StepFact } from './document.ts';
import { entriesOf, stringOf, valueIn } from './syntax/tree.ts';

/** What every script has, whatever it writes to `$RUNWRIGHT_OUTPUT`. */
export const scriptOutputs: Readonly<Record<string, string>> = {
  stdout: 'What the script printed, without trailing line ends.',
  stderr: 'What the script printed as errors, without trailing line ends.',
  'exit-code': "The script's exit code; 128 + n when signal n ended it.",
};

/** The outputs that can be known of a step; `complete` where it can have no others. */
export function outputsOf(
  step: StepFact,
  actions: ReadonlyMap<string, ActionManifest>,
): { readonly names: readonly string[]; readonly complete: boolean } {
  const own = entriesOf(valueIn(step.node, 'outputs')).map((entry) => entry.key.source);
  if (step.verb === 'run') return { names: [...Object.keys(scriptOutputs), ...own], complete: false };
  const manifest = step.uses === undefined ? undefined : actions.get(step.uses);
  return { names: [...Object.keys(manifest?.outputs ?? {}), ...own], complete: manifest !== undefined };
}

/** How a message names another step: not by its line, which moves with every edit in front of it. */
export function labelOf(step: StepFact): string {
  const name = stringOf(valueIn(step.node, 'name'));
  if (name !== undefined) return `the step “${name.slice(0, 60)}”`;
  if (step.role === 'undo') return `the \`undo\` of ${step.parent ? labelOf(step.parent) : 'a step'}`;
  return step.list === 'steps' && !step.parent ? 'an earlier step' : `a step of \`${step.parent?.verb ?? step.list}\``;
}
