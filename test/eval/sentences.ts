import type { Ticket } from '../../copilot/act.ts';
import { type Answer, ask } from '../../copilot/ask.ts';
import type { Plan } from '../../copilot/plan/plan.ts';
import type { Model } from '../../copilot/providers/model.ts';
import { builtInLanguage } from '../../copilot/tools/language.ts';
import { builtInActions } from '../../runbook/actions.ts';
import type { Json } from '../../runbook/core/json.ts';
import { isHeldOut, type Outcome, readCases, yamlFilesOf } from './case.ts';
import { fits, isObject } from './compare.ts';

type Action = Readonly<Record<string, Readonly<Record<string, Json>>>>;

interface Sentence {
  readonly say: string;
  /** What was said before; the plan that comes of it is the one that asks. */
  readonly after?: readonly string[];
  readonly ticket?: Ticket;
  /** `action` where absent; `any` where nothing but the actions count. */
  readonly intent?: string | readonly string[];
  readonly actions?: readonly Action[];
  /** As good as `actions`. */
  readonly or?: readonly Action[];
  readonly missing?: readonly string[];
}

/** Open in the editor while every sentence is said: words for the world must not become changes of it. */
const openRunbook = `runbook: v1
name: Restart the web servise
steps:
  - id: check
    run: systemctl status web
  - id: restart
    run: systemctl restart web
`;

/** Words of the answer's own choice, and what has no effect; they count where a case expects them. */
const free = new Set(['reason', 'title']);

export async function judgeSentences(model?: Model, { rules = true } = {}): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const file of yamlFilesOf('sentences'))
    for (const [index, value] of readCases(`sentences/${file}`).entries()) {
      const sentence = value as Sentence;
      const answer = await say(sentence, model, rules);
      const miss = missOf(sentence, answer);
      outcomes.push({
        group: `sentences: ${file.replace('.yaml', '')}`,
        name: [...(sentence.after ?? []), sentence.say].join(' → '),
        heldOut: isHeldOut(index),
        ...(miss === undefined ? {} : { miss }),
      });
    }
  return outcomes;
}

async function say({ say: text, after = [], ticket }: Sentence, model: Model | undefined, rules: boolean): Promise<Answer> {
  let pending: Plan | undefined;
  const turn = async (words: string): Promise<Answer> => {
    const sources = {
      documents: { open: async () => ({ file: '/ops/web.runbook.yaml', text: openRunbook, unsaved: false, diagnostics: [] }) },
    };
    const acting = { catalog: builtInLanguage.actions, ...(ticket && { ticket }), ...(pending && { pending }) };
    const answer = await ask({
      text: words,
      sources,
      signal: new AbortController().signal,
      tools: { language: builtInLanguage },
      ...(rules ? { acting } : {}),
      ...(model && { model }),
    });
    pending = answer.plan;
    return answer;
  };
  for (const words of after) await turn(words);
  return turn(text);
}

function missOf(sentence: Sentence, answer: Answer): Outcome['miss'] {
  const { missing = [], or } = sentence;
  const planned = sentence.actions ?? [];
  const got = (answer.actions ?? []).map(({ uses, with: given }) => ({ [uses]: given }));
  const asked = (answer.missing ?? []).map(({ parameter }) => many(parameter));
  const intents = [sentence.intent ?? (answer.kind === 'edit' || planned.length > 0 ? 'action' : 'any')].flat();
  const kind = intents.includes('any') ? answer.kind !== 'edit' : intents.includes(answer.kind);
  const right = (actions: readonly Action[], open: readonly string[]) =>
    sameActions(actions, got) && [...open].sort().join() === [...asked].sort().join();
  if (kind && (right(planned, missing) || (or !== undefined && right(or, [])))) return undefined;
  return {
    expected: JSON.stringify({ intent: intents.join('|'), actions: planned, missing }),
    got: JSON.stringify({ intent: answer.kind, actions: got, missing: asked }),
  };
}

const sameActions = (expected: readonly Action[], got: readonly Action[]): boolean =>
  expected.length === got.length &&
  expected.every((action, index) => {
    const [uses = '', wanted = {}] = Object.entries(action)[0] ?? [];
    const given = got[index]?.[uses];
    return given !== undefined && sameInput(uses, wanted, given);
  });

/** `?` may be there or not. What is as the action would take it by itself counts as not given. */
function sameInput(uses: string, expected: Readonly<Record<string, Json>>, got: Readonly<Record<string, Json>>): boolean {
  const [wanted, given] = [normal(uses, expected), normal(uses, got)];
  return [...new Set([...Object.keys(wanted), ...Object.keys(given)])].every((key) => {
    const value = wanted[key];
    if (value === '?') return true;
    return value === undefined ? free.has(key) : fits(value, given[key]);
  });
}

function normal(uses: string, input: Readonly<Record<string, Json>>): Record<string, Json> {
  const properties = builtInActions.find(({ name }) => name === uses)?.inputs.properties;
  return Object.fromEntries(
    Object.entries(input).flatMap(([key, value]): [string, Json][] => {
      const schema = isObject(properties) ? properties[key] : undefined;
      if (isObject(schema) && schema.default !== undefined && fits(schema.default, value)) return [];
      return [[many(key), many(key) === key || typeof value !== 'string' || value === '?' ? value : [value]]];
    }),
  );
}

/** One is the same as a list of one. */
const many = (parameter: string): string => (parameter === 'indicator' ? 'indicators' : parameter);
