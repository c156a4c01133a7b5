import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { loadFeed } from '../feeds/load.ts';
import { type FeedSource, feedSources } from '../feeds/source.ts';
import { fitting } from '../fit.ts';
import { type Indicator, keyOf, readIndicator } from '../indicators/indicator.ts';
import { type Said, type Verdict, verdictOf } from './score.ts';
import { type AskedService, ask, readServices } from './services/ask.ts';

const mostSources = 200;

export const threatIntelLookup: ActionCode = async (input, context) => {
  try {
    const indicators = readIndicators(input);
    const { feeds, services } = await chosen(input, context);
    const timeout = typeof input.timeout === 'string' ? input.timeout : '20s';
    const asked = indicators.slice(0, typeof input.ask === 'number' ? input.ask : 25);
    context.log(`looking up ${indicators.length} in ${feeds.length} feeds and ${asked.length > 0 ? services.length : 0} services`);
    const said = new Map<Indicator, Said[]>(indicators.map((indicator) => [indicator, []]));
    const errors: SourceError[] = [];
    // Feeds one after another, so that no two large ones are parsed at once.
    for (const feed of feeds) await askFeed(feed, said, errors, context, timeout);
    await Promise.all(services.map((service) => askService(service, asked, said, errors, context, timeout)));
    if (context.signal.aborted) return { kind: 'cancelled' };
    for (const { source, error } of errors) context.log(`${source}: ${error.message}`);
    const failed = new Set(errors.map(({ source }) => source));
    const first = errors[0];
    if (first && failed.size === feeds.length + (asked.length > 0 ? services.length : 0)) return { kind: 'failed', error: first.error };
    return outcomeOf(
      [...said].map(([indicator, what]) => verdictOf(indicator, what)),
      errors,
    );
  } catch (error) {
    if (context.signal.aborted) return { kind: 'cancelled' };
    if (error instanceof ProblemError) return { kind: 'failed', error: error.problem };
    throw error;
  }
};

interface SourceError {
  readonly source: string;
  readonly error: Problem;
}

/** Each once, in the order given. */
function readIndicators({ indicator, indicators }: Readonly<Record<string, Json>>): Indicator[] {
  const given = [...(indicator === undefined ? [] : [indicator]), ...(Array.isArray(indicators) ? indicators : [])].map(String);
  const read = new Map<string, Indicator>();
  for (const text of given) {
    const known = readIndicator(text);
    if (!known) throw new ProblemError(problem('indicator-wrong', { indicator: JSON.stringify(text.slice(0, 80)) }));
    read.set(keyOf(known), known);
  }
  return [...read.values()];
}

async function chosen(
  input: Readonly<Record<string, Json>>,
  context: ActionContext,
): Promise<{ feeds: FeedSource[]; services: AskedService[] }> {
  const feeds = await feedSources(context.settings, context.workspace);
  const services = readServices(context.settings);
  const names = [...feeds, ...services].map(({ name }) => name);
  if (names.length === 0) throw new ProblemError(problem('intel-none'));
  if (!Array.isArray(input.sources)) return { feeds, services };
  const wanted = new Set(input.sources.map(String));
  const unknown = [...wanted].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new ProblemError(problem('intel-source-unknown', { source: unknown, known: names.join(', ') }));
  return { feeds: feeds.filter(({ name }) => wanted.has(name)), services: services.filter(({ name }) => wanted.has(name)) };
}

async function askFeed(
  feed: FeedSource,
  said: Map<Indicator, Said[]>,
  errors: SourceError[],
  context: ActionContext,
  timeout: string,
): Promise<void> {
  context.signal.throwIfAborted();
  try {
    const index = await loadFeed(feed, context, timeout);
    for (const [indicator, what] of said) {
      for (const entry of index.lookup(indicator))
        what.push({
          name: feed.name,
          matched: entry.value,
          score: round(entry.confidence * feed.trust),
          opinion: { ...entry, score: entry.confidence },
        });
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    errors.push({ source: feed.name, error: error.problem });
  }
}

async function askService(
  service: AskedService,
  asked: readonly Indicator[],
  said: Map<Indicator, Said[]>,
  errors: SourceError[],
  context: ActionContext,
  timeout: string,
): Promise<void> {
  for (const indicator of asked) {
    if (context.signal.aborted) return;
    const answer = await ask(service, indicator, context, timeout);
    if (answer.kind === 'opinion') {
      const score = round(answer.opinion.score * service.trust);
      said.get(indicator)?.push({ name: service.name, matched: indicator.value, score, opinion: answer.opinion });
    } else if (answer.kind === 'failed') {
      if (!errors.some(({ source }) => source === service.name)) errors.push({ source: service.name, error: answer.error });
      if (answer.final) return;
    }
  }
}

function outcomeOf(verdicts: readonly Verdict[], errors: readonly SourceError[]): Outcome {
  const sorted = verdicts.toSorted((a, b) => b.score - a.score);
  const known = sorted.filter((verdict) => verdict.known);
  const times = (name: 'firstSeen' | 'lastSeen') => known.flatMap((verdict) => verdict[name] ?? []).sort();
  const sources = known.flatMap(({ said }) => said).sort((a, b) => b.score - a.score);
  return {
    kind: 'succeeded',
    outputs: {
      known: known.length > 0,
      score: sorted[0]?.score ?? 0,
      type: sorted[0]?.indicator.type ?? null,
      sources: fitting(
        sources.slice(0, mostSources).map(({ name, matched, score, opinion }) => ({
          name,
          indicator: matched,
          score,
          first_seen: opinion.firstSeen ?? null,
          last_seen: opinion.lastSeen ?? null,
          tags: [...opinion.tags],
          reference: opinion.reference ?? null,
        })),
      ),
      first_seen: times('firstSeen')[0] ?? null,
      last_seen: times('lastSeen').at(-1) ?? null,
      results: fitting(
        sorted.map(({ indicator, known: is, score, said, firstSeen, lastSeen }) => ({
          indicator: indicator.value,
          type: indicator.type,
          known: is,
          score,
          first_seen: firstSeen,
          last_seen: lastSeen,
          sources: [...new Set(said.map(({ name }) => name))],
        })),
      ),
      errors: errors.map(({ source, error }) => ({ source, code: error.code, message: error.message, remedy: error.remedy })),
    },
  };
}

const round = (score: number): number => Math.round(score * 10) / 10;
