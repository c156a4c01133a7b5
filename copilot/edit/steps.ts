import type { Document, StepFact } from '../../runbook/document.ts';
import { stringOf, textOf, valueIn } from '../../runbook/syntax/tree.ts';

const ordinals: Readonly<Record<string, number>> = {
  first: 0,
  '1st': 0,
  second: 1,
  '2nd': 1,
  third: 2,
  '3rd': 2,
  fourth: 3,
  '4th': 3,
  fifth: 4,
  '5th': 4,
  last: -1,
  final: -1,
};

/**
 * The step that words name: its path or id, its name, `first` or `last`, the action or program it runs, or `this` for the one under the
 * cursor. Undefined where none fits, or more than one fits equally well.
 */
export function findStep(document: Document, words: string, cursor?: number): StepFact | undefined {
  const said = words
    .trim()
    .replace(/^(?:the\s+)?(?:step\s+)?(?:called\s+|named\s+)?/i, '')
    .replace(/\s+step$/i, '')
    .replace(/^[`"'“](.*)[`"'”]$/, '$1')
    .trim();
  const steps = document.steps.filter(({ role }) => role === 'step');
  if (/^(?:this|it|that|this one|selected|current)$/i.test(said) || said === '')
    return cursor === undefined ? undefined : atCursor(steps, cursor);
  const exact = steps.find(({ path }) => path === said) ?? steps.find(({ id }) => id?.name === said);
  if (exact !== undefined) return exact;
  const lower = said.toLowerCase();
  const number = ordinals[lower] ?? (/^#?(\d{1,4})$/.exec(lower)?.[1] === undefined ? undefined : Number(lower.replace('#', '')) - 1);
  const top = steps.filter(({ list, parent }) => list === 'steps' && parent === undefined);
  if (number !== undefined) return top.at(number);
  return (
    only(steps, (step) => step.id?.name.toLowerCase() === lower) ??
    only(steps, (step) => nameOf(step)?.toLowerCase() === lower) ??
    only(steps, (step) => loose(step.id?.name) === loose(said) || loose(nameOf(step)) === loose(said)) ??
    only(steps, (step) => step.uses === said || step.uses?.split('/').at(-1) === said) ??
    only(steps, (step) => (loose(nameOf(step)) ?? '').includes(loose(said) ?? ' ')) ??
    only(steps, (step) => (textOf(valueIn(step.node, 'run')) ?? '').toLowerCase().includes(lower))
  );
}

const nameOf = (step: StepFact): string | undefined => stringOf(valueIn(step.node, 'name'));
const loose = (text: string | undefined): string | undefined =>
  text
    ?.toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();

function only(steps: readonly StepFact[], fits: (step: StepFact) => boolean): StepFact | undefined {
  const found = steps.filter(fits);
  return found.length === 1 ? found[0] : undefined;
}

function atCursor(steps: readonly StepFact[], offset: number): StepFact | undefined {
  return steps.filter(({ node }) => node.range.start <= offset && offset <= node.range.end).at(-1);
}
