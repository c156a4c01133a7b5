import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { loadFeed } from '../feeds/load.ts';
import { feedSources } from '../feeds/source.ts';
import { type Indicator, keyOf, readIndicator } from '../indicators/indicator.ts';
import type { SigmaRule } from './sigma/rule.ts';

const mostIndicators = 10_000;
const mostRules = 200;
/** Bytes of a file with rules. */
const largestRule = 1024 * 1024;
const downloadTimeout = '30s';

/** What a search looks for. */
export interface Wanted {
  readonly indicators: readonly Indicator[];
  readonly rules: readonly SigmaRule[];
}

/** Reads everything before the first log is opened. Throws a ProblemError. */
export async function readWanted(input: Readonly<Record<string, Json>>, context: ActionContext): Promise<Wanted> {
  const indicators = new Map<string, Indicator>();
  const add = (indicator: Indicator) => {
    indicators.set(keyOf(indicator), { type: indicator.type, value: indicator.value });
    if (indicators.size > mostIndicators) tooMany('indicators', mostIndicators);
  };
  for (const text of [...list(input.indicator), ...list(input.indicators)]) {
    const read = readIndicator(text);
    if (!read) throw new ProblemError(problem('indicator-wrong', { indicator: JSON.stringify(text.slice(0, 80)) }));
    add(read);
  }
  for (const path of list(input.indicators_file)) {
    const file = resolve(context.folder, path);
    const feed = await loadFeed({ name: path, at: { kind: 'file', path: file }, columns: {}, trust: 1 }, context, downloadTimeout);
    for (const entry of feed.values()) add(entry);
  }
  if (input.feeds !== undefined) {
    const sources = await feedSources(context.settings, context.workspace);
    for (const name of list(input.feeds)) {
      const source = sources.find((known) => known.name === name);
      if (!source) {
        const known = sources.map((one) => one.name).join(', ') || 'none';
        throw new ProblemError(problem('intel-source-unknown', { source: name, known }));
      }
      for (const entry of (await loadFeed(source, context, downloadTimeout)).values()) add(entry);
    }
  }
  const rules = await readAllRules([...list(input.rule), ...list(input.rules)], context);
  if (indicators.size + rules.length === 0) throw new ProblemError(problem('hunt-nothing'));
  return { indicators: [...indicators.values()], rules };
}

async function readAllRules(given: readonly string[], context: ActionContext): Promise<SigmaRule[]> {
  if (given.length === 0) return [];
  const { readRules } = await import('./sigma/rule.ts');
  const rules: SigmaRule[] = [];
  const take = (text: string, name: string) => {
    rules.push(...readRules(text, name));
    if (rules.length > mostRules) tooMany('Sigma rules', mostRules);
  };
  for (const item of given) {
    if (item.includes('\n')) take(item, `number ${rules.length + 1}`);
    else for (const { path, name } of await ruleFiles(item, context)) take(await ruleText(path, name), name);
  }
  return rules;
}

async function ruleFiles(given: string, { folder }: ActionContext): Promise<{ path: string; name: string }[]> {
  const path = resolve(folder, given);
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new ProblemError(problem('path-missing', { host: 'local', path: given }));
  if (info.isFile()) return [{ path, name: given }];
  if (!info.isDirectory()) throw notPlain(given);
  const names = (await readdir(path, { recursive: true })).filter((name) => /\.ya?ml$/i.test(name)).sort();
  return names.map((name) => ({ path: join(path, name), name: join(given, name) }));
}

async function ruleText(path: string, name: string): Promise<string> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) throw notPlain(name);
  const { size } = info;
  if (size > largestRule) throw new ProblemError(problem('sigma-wrong', { rule: name, why: 'its file is larger than 1 MiB' }));
  return readFile(path, 'utf8');
}

/** A pipe would be waited for without end. */
const notPlain = (path: string) => new ProblemError(problem('path-kind', { host: 'local', path }));

const list = (value: Json | undefined): string[] => (value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)]);

function tooMany(what: string, limit: number): never {
  throw new ProblemError(
    problem('hunt-too-many', { what, count: `At least ${(limit + 1).toLocaleString('en')}`, limit: limit.toLocaleString('en') }),
  );
}
