import { milliseconds } from '../../runbook/core/duration.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { type Contexts, resolveRecord } from '../../runbook/core/expression.ts';
import { checkInputs } from '../../runbook/core/inputs.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Verb } from '../../runbook/core/model.ts';
import { evaluated, holds } from './contexts.ts';
import { fileOf } from './frames.ts';
import { joinPath } from './paths.ts';
import type { Opening } from './request.ts';
import type { State } from './state.ts';
import type { Turn } from './turn.ts';

/** How often the condition of a `wait` is looked at where it does not say. */
const usualEvery = 10_000;

/** What a step opens that the kernel carries out, with its expressions in place. Throws a ProblemError. */
export function openingOf(state: State, turn: Turn, verb: Verb, contexts: Contexts): Opening {
  switch (verb.kind) {
    case 'parallel':
    case 'repeat':
      return { verb: verb.kind };
    case 'for-each':
      return { verb: 'for-each', items: listOf(evaluated(state, { ...turn, where: `${turn.where}, for-each` }, verb.list), turn.where) };
    case 'switch': {
      const branch = verb.branches.findIndex(
        (one, index) => one.if === undefined || holds(state, { ...turn, where: `${turn.where}, branch ${index + 1}` }, one.if),
      );
      return { verb: 'switch', ...(branch < 0 ? {} : { branch }) };
    }
    case 'call': {
      const file = joinPath(fileOf(state, turn.frame).folder, verb.file);
      const called = Object.hasOwn(state.snapshot.calls, file) ? state.snapshot.calls[file] : undefined;
      if (called === undefined) throw new ProblemError(problem('call-missing', { step: turn.path, file }));
      const { value } = resolveRecord(verb.with, { ...contexts, where: `${contexts.where}, with` });
      const checked = checkInputs(called.runbook.inputs, value);
      if (!checked.ok) throw new ProblemError(checked.problem);
      return { verb: 'call', file, inputs: checked.value };
    }
    case 'wait':
      if (verb.until === undefined) return { verb: 'wait', for: milliseconds(verb.for ?? '0s') };
      return {
        verb: 'wait',
        every: verb.every === undefined ? usualEvery : Math.max(1, milliseconds(verb.every)),
        ...(verb.timeout === undefined ? {} : { timeout: milliseconds(verb.timeout) }),
      };
    case 'set':
      return { verb: 'set', values: resolveRecord(verb.values, { ...contexts, where: `${contexts.where}, set` }).value };
    default:
      throw new ProblemError(problem('internal', { why: `nothing runs ${verb.kind}` }));
  }
}

function listOf(value: Json, where: string): readonly Json[] {
  if (Array.isArray(value)) return value;
  const given = value === null ? 'empty' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  throw new ProblemError(problem('list-wanted', { where, given }));
}
