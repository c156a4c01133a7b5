import type { Planned } from '../../runbook/core/plan.ts';
import type { Viewpoint } from './contexts.ts';

/** A step of a run, seen from where its expressions look. */
export interface Turn extends Viewpoint {
  readonly path: string;
  readonly planned: Planned;
  readonly attempt: number;
}
