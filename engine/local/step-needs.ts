import type { DatabaseSync } from 'node:sqlite';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { bareExpression, hasExpression, parseTemplate, references } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Step } from '../../runbook/core/model.ts';
import { stepsIn } from '../kernel/steps-in.ts';
import { text } from './journal/rows.ts';

export type Given = Readonly<Record<string, Readonly<Record<string, Json>>>>;
export interface Need {
  readonly step: string;
  /** Absent where the expression looks at more than one output. */
  readonly output?: string;
}

/**
 * The outputs that a step run alone refers to: as given, else of the last run of the file in which that step succeeded.
 * Throws `step-needs` with `data.needs` for what neither has.
 */
export function givenFor(
  db: DatabaseSync,
  file: string,
  step: Step,
  given: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): Given {
  const result: Record<string, Readonly<Record<string, Json>>> = {};
  const missing: Need[] = [];
  for (const need of needsOf(step)) {
    const known = {
      ...lastOutputs(db, file, need.step),
      ...(Object.hasOwn(given, need.step) ? (given[need.step] as Record<string, Json>) : {}),
    };
    if (need.output === undefined ? Object.keys(known).length === 0 : !Object.hasOwn(known, need.output)) missing.push(need);
    result[need.step] = known;
  }
  if (missing.length === 0) return result;
  const names = missing.map(({ step, output }) => `steps.${step}.outputs${output === undefined ? '' : `.${output}`}`);
  throw new ProblemError(
    problem('step-needs', { step: step.path, needs: names.join(', ') }, { data: { needs: missing.map((need) => ({ ...need })) } }),
  );
}

/** Each reference `steps.ID.outputs.NAME` of the step once; its own outputs in `outputs` and `undo`, and those of steps inside it, do not count. */
export function needsOf(step: Step): Need[] {
  const { undo: _undo, path: _path, id: _id, ...read } = step;
  const own = new Set<string>();
  idsIn(step, own);
  const found = new Map<string, Need>();
  const look = (source: string) => {
    for (const { context, path } of references(source)) {
      const [of, what, output] = path;
      if (context !== 'steps' || of === undefined || own.has(of) || what?.toLowerCase() === 'outcome') continue;
      found.set(`${of} ${output ?? ''}`, { step: of, ...(output === undefined ? {} : { output }) });
    }
  };
  const walk = (value: unknown): void => {
    if (typeof value === 'string' && hasExpression(value)) {
      for (const part of parseTemplate(value).parts) if (part.kind === 'expression') look(part.source);
    } else if (value !== null && typeof value === 'object')
      for (const [key, inner] of Object.entries(value)) {
        if (bare.includes(key) && typeof inner === 'string') look(bareExpression(inner).source);
        else walk(inner);
      }
  };
  walk(read);
  return [...found.values()];
}

/** Keys of a step and its verb whose value is an expression without braces. */
const bare: readonly string[] = ['if', 'until', 'list'];

function idsIn({ id, verb, fallback = [] }: Step, found: Set<string>): void {
  if (id !== undefined) found.add(id);
  for (const inner of [...stepsIn(verb), ...fallback]) idsIn(inner, found);
}

function lastOutputs(db: DatabaseSync, file: string, path: string): Record<string, Json> {
  const sql = `SELECT s.outputs FROM steps s JOIN runs r ON r.id = s.run WHERE r.file = ? AND s.path = ? AND s.status IN ('succeeded', 'undone') AND s.outputs IS NOT NULL ORDER BY r.created_at DESC, r.id DESC LIMIT 1`;
  const row = db.prepare(sql).get(file, path);
  return row ? (JSON.parse(text(row, 'outputs')) as Record<string, Json>) : {};
}
