import { type Risk, risks } from '../../runbook/core/model.ts';

/** Of two risks the higher one has the higher rank. */
export const rank = (risk: Risk): number => risks.indexOf(risk);

export function highest(all: readonly (Risk | undefined)[]): Risk {
  return all.reduce<Risk>((top, one) => (one !== undefined && rank(one) > rank(top) ? one : top), 'low');
}
