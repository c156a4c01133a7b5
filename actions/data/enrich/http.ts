import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { httpRequest } from '../../http/request/request.ts';
import { isObject, numberOf, objectOf, textOf, wrongInput } from '../action.ts';
import { throwIfStopped } from '../stopped.ts';
import { type Column, cellText, type Row } from '../table/columns.ts';
import { TypeInference } from '../table/infer.ts';
import type { Table } from '../table/table.ts';
import { exactKeys, type KeyIndex } from './keys.ts';

/** Asks an address about every value of a column, each once, a few at a time. Throws the failure of a request, `data-limit`. */
export async function lookUp(
  given: JsonObject,
  table: Table,
  on: number,
  context: ActionContext,
): Promise<{ readonly columns: readonly Column[]; readonly keys: KeyIndex; readonly rows: readonly Row[] }> {
  const url = textOf(given.url);
  if (!url.includes('{value}')) throw wrongInput('data/enrich', '`http.url` has no `{value}`, where the value is put');
  const take = Object.entries(objectOf(given.take)).map(([name, path]) => ({ name, path: String(path).split('.') }));
  const most = numberOf(given['most-requests'], 1000);
  const values = await distinct(table, on, most);
  context.log(`${values.length} values to ask about`);

  const keys = exactKeys(false);
  const rows: Row[] = [];
  const types = new TypeInference({ texts: false });
  const waiting = values.values();
  const failure = new AbortController();
  const signal = AbortSignal.any([context.signal, failure.signal]);
  const worker = async () => {
    for (const value of waiting) {
      throwIfStopped(signal);
      const answer = await ask(url.replaceAll('{value}', encodeURIComponent(value)), given, { ...context, signal });
      if (answer === undefined) continue;
      const row = take.map(({ path }) => at(answer, path));
      types.add(row);
      keys.add(value, rows.push(row) - 1);
    }
  };
  const workers = Array.from({ length: numberOf(given.concurrency, 4) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    // The others end what they began before the step does.
    failure.abort();
    await Promise.allSettled(workers);
    throw error;
  }
  return { columns: take.map(({ name }, index) => ({ name, type: types.type(index) })), keys, rows };
}

async function distinct(table: Table, on: number, most: number): Promise<readonly string[]> {
  const values = new Set<string>();
  for await (const block of table.blocks()) {
    for (const row of block) {
      const value = cellText(row[on]).trim();
      if (value !== '') values.add(value);
    }
    if (values.size > most)
      throw new ProblemError(
        problem(
          'data-limit',
          { what: 'The number of different values to ask about', limit: most },
          { remedy: 'Filter the table first, or raise `http.most-requests`.' },
        ),
      );
  }
  return [...values];
}

/** The JSON of the answer; undefined where the value is not known there (404). */
async function ask(url: string, given: JsonObject, context: ActionContext): Promise<Json | undefined> {
  const request = { url, headers: objectOf(given.headers), timeout: textOf(given.timeout, '30s'), expect: ['2xx', 404] };
  const outcome = await httpRequest(request, { ...context, log: () => undefined });
  if (outcome.kind === 'failed') throw new ProblemError(outcome.error);
  throwIfStopped(context.signal);
  if (outcome.kind === 'cancelled' || outcome.outputs.status === 404) return undefined;
  const { json } = outcome.outputs;
  if (json === undefined || json === null) {
    throw new ProblemError(problem('http-failed', { method: 'GET', url: url.replace(/[?#].*$/s, '?…'), why: 'the answer is not JSON' }));
  }
  return json;
}

function at(value: Json, path: readonly string[]): Json {
  let here: Json | undefined = value;
  for (const part of path) {
    if (Array.isArray(here)) here = here[Number(part)];
    else here = isObject(here) && Object.hasOwn(here, part) ? here[part] : undefined;
  }
  return here ?? null;
}
