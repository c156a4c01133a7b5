import { type Problem, problem } from '../runbook/core/errors.ts';
import { type Message, type Model, ModelError, type ToolCall } from './providers/model.ts';
import type { Toolbox } from './tools/toolbox.ts';

export interface ConverseOptions {
  readonly model: Model;
  readonly messages: readonly Message[];
  /** Without it no tools are offered. */
  readonly toolbox?: Toolbox;
  readonly signal: AbortSignal;
  readonly onText?: (text: string) => void;
  readonly onStatus?: (text: string) => void;
  /** The same question, made smaller by named rules; undefined where it cannot be. */
  readonly shorten?: () => Promise<readonly Message[] | undefined>;
}

export interface Conversed {
  /** Of all rounds. */
  readonly text: string;
  /** Why the text is only the beginning of an answer, or missing. */
  readonly problem?: Problem;
}

/** How often a model may be asked for one question, and how many tools it may use in one round. */
const mostRounds = 8;
const mostCalls = 16;
/** Longest answer that is kept, in characters: a model that never stops must not fill the memory. */
const answerLimit = 200_000;
/** Characters of one tool's result, and those that a result needs to be worth giving. */
const resultLimit = 20_000;
const leastRoom = 1_000;
/** To what earlier results are cut where the whole became too long. */
const cutResult = 1_000;

/**
 * Asks a model until it has answered: its words go to `onText`, its calls to the toolbox, their results back to it.
 * 1. At most `mostRounds` requests; the last is not followed by another, whatever it asks for.
 * 2. What has been said is kept, whatever happens afterwards.
 * 3. What is too long for the model is shortened by a named rule and sent once more; that is said.
 * 4. A call that cannot be read is told to the model once for each tool; the second time ends the answer.
 * Rejects only when stopped.
 */
export async function converse(options: ConverseOptions): Promise<Conversed> {
  const { model, toolbox, signal, onStatus } = options;
  let messages = options.messages;
  let text = '';
  let shortened = false;
  const unreadable = new Set<string>();
  const failed = (code: Parameters<typeof problem>[0], more: Readonly<Record<string, string | number>> = {}): Conversed => ({
    text,
    problem: problem(code, { model: model.name, ...more }),
  });
  for (let round = 1; round <= mostRounds; round++) {
    let said: Round;
    try {
      said = await oneRound(options, messages, text);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      if (error instanceof Interrupted) text = error.text;
      const smaller = error.problem.code === 'model-overflow' && !shortened ? await smallerOf(options, messages, round) : undefined;
      signal.throwIfAborted();
      if (smaller === undefined) return { text, problem: error.problem };
      onStatus?.(`${model.name} says that this is too long: sending it once more, shortened`);
      shortened = true;
      messages = smaller;
      round--;
      continue;
    }
    text = said.text;
    if (said.end === 'refusal') return failed('model-refused');
    if (said.end === 'length') return failed('model-length');
    if (said.calls.length === 0 || toolbox === undefined) break;
    if (round === mostRounds) return failed('model-rounds', { count: mostRounds });
    const calls = named(said.calls.slice(0, mostCalls), round);
    const results: Message[] = [];
    const answered: Message = { role: 'assistant', content: said.own, calls };
    for (const call of calls) {
      onStatus?.(toolbox.summaryOf(call));
      const room = Math.min(resultLimit, model.budget - sizeOf([...messages, answered, ...results]));
      const { content, malformed } = await toolbox.call(call, Math.max(room, leastRoom), signal);
      if (malformed && unreadable.has(call.name)) return failed('model-tool-call', { tool: call.name });
      if (malformed) unreadable.add(call.name);
      results.push({ role: 'tool', call: call.id, content });
    }
    messages = [...messages, answered, ...results];
    if (sizeOf(messages) > model.budget) messages = withoutRoom(messages);
  }
  return text.trim() === '' ? failed('model-silent') : { text };
}

interface Round {
  /** Of this round alone, and of all up to now. */
  readonly own: string;
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly end: 'stop' | 'length' | 'refusal' | 'tool-calls';
}

/** A stream that broke, with what came before. */
class Interrupted extends ModelError {
  readonly text: string;
  constructor(problem: Problem, text: string) {
    super(problem);
    this.text = text;
  }
}

async function oneRound(
  { model, toolbox, signal, onText, onStatus }: ConverseOptions,
  messages: readonly Message[],
  before: string,
): Promise<Round> {
  let text = before;
  let own = '';
  const calls: ToolCall[] = [];
  let end: Round['end'] = 'stop';
  try {
    for await (const piece of model.stream(messages, toolbox?.offered, signal)) {
      signal.throwIfAborted();
      switch (piece.kind) {
        case 'text': {
          // What is said after a tool was used is a paragraph of its own.
          const shown = own === '' && text !== '' ? `\n\n${piece.text}` : piece.text;
          own += piece.text;
          text += shown;
          onText?.(shown);
          if (text.length > answerLimit) return { own, text, calls: [], end: 'length' };
          break;
        }
        case 'waiting':
          onStatus?.(piece.text);
          break;
        case 'tool-call':
          calls.push({ id: piece.id, name: piece.name, input: piece.input });
          break;
        case 'end':
          end = piece.reason;
          break;
      }
    }
  } catch (error) {
    if (error instanceof ModelError) throw new Interrupted(error.problem, text);
    throw error;
  }
  return { own, text, calls, end };
}

/** Some models give no ids, or the same one twice; a result must belong to one call. */
function named(calls: readonly ToolCall[], round: number): ToolCall[] {
  const taken = new Set<string>();
  return calls.map((call, index) => {
    const id = call.id === '' || taken.has(call.id) ? `call_${round}_${index + 1}` : call.id;
    taken.add(id);
    return { ...call, id };
  });
}

const sizeOf = (messages: readonly Message[]): number =>
  messages.reduce(
    (sum, message) =>
      sum +
      message.content.length +
      (message.role === 'assistant' ? (message.calls ?? []).reduce((size, call) => size + call.name.length + call.input.length, 0) : 0),
    0,
  );

/** Before the first call the context is built smaller; later it is the results that are too much. */
async function smallerOf(
  { shorten }: ConverseOptions,
  messages: readonly Message[],
  round: number,
): Promise<readonly Message[] | undefined> {
  if (round === 1) return shorten?.();
  const smaller = withoutRoom(messages);
  return sizeOf(smaller) < sizeOf(messages) ? smaller : undefined;
}

function withoutRoom(messages: readonly Message[]): Message[] {
  return messages.map((message) =>
    message.role === 'tool' && message.content.length > cutResult
      ? {
          ...message,
          content: `## A result\nIt was left out, because the conversation became too long for the model (${message.content.length.toLocaleString('en')} characters). Ask for a smaller part of it.`,
        }
      : message,
  );
}
