import type { Segment } from '../../core/expression.ts';
import type { StepFact } from '../../document.ts';
import type { ExpressionSite } from '../../expressions.ts';
import type { Facts } from '../../rule.ts';

export interface StepReference {
  readonly site: ExpressionSite;
  /** The step's id as referred to. */
  readonly segment: Segment;
  /** What follows it, such as `outputs` and `stdout`. */
  readonly rest: readonly Segment[];
  /** Undefined where no step has the id. */
  readonly target?: StepFact;
}

export function* stepReferences({ expressions, whole }: Facts): Generator<StepReference> {
  for (const site of expressions) {
    if (site.place === 'run') continue;
    for (const { context, segments } of site.references) {
      const [segment, ...rest] = segments;
      if (context === 'steps' && segment) yield { site, segment, rest, target: whole.step(segment.name) };
    }
  }
}
