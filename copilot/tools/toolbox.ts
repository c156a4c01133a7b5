import type { JsonObject } from '../../runbook/core/json.ts';
import { oneLine } from '../context/frame.ts';
import { reason } from '../context/gather.ts';
import { Masker } from '../context/mask.ts';
import type { Plan } from '../plan/plan.ts';
import { isValid, type Proposal } from '../proposals/proposal.ts';
import type { Tool, ToolCall } from '../providers/model.ts';
import { framed } from './answer.ts';
import { readArguments } from './arguments.ts';
import type { ToolPorts } from './ports.ts';
import { tools } from './table.ts';
import type { CopilotTool, ToolResult } from './tool.ts';

/** One call as a person is shown it. */
export interface CallRecord {
  readonly name: string;
  /** The arguments as the model wrote them, secrets hidden; the beginning of long ones. */
  readonly input: string;
  readonly summary: string;
  /** Why it was not done. */
  readonly refused?: string;
  /** Exactly what the model was told. */
  readonly result: string;
}

export interface Called {
  /** For the model. */
  readonly content: string;
  /** The arguments could not be read, or do not fit the schema. */
  readonly malformed: boolean;
}

/** How often an invalid proposal goes back to be mended, and how many runs one question may ask for. */
const mostReturns = 2;
const mostRequests = 3;
/** Milliseconds for one call. */
const patience = 30_000;
const longestInput = 4_000;

/**
 * The tools of one question.
 * 1. Every call is recorded, also one of a tool that does not exist.
 * 2. What a model is told is framed as data, masked, and fits the room that is left.
 * 3. An invalid proposal goes back at most twice; the next one is shown with its problems.
 * 4. Nothing is invoked after the question was stopped.
 */
export class Toolbox {
  readonly #ports: ToolPorts;
  readonly #onCall: (record: CallRecord) => void;
  readonly #offered: readonly CopilotTool[];
  readonly #records: CallRecord[] = [];
  readonly #proposals: Proposal[] = [];
  #plan: Plan | undefined;
  /** The last one that went back, until a valid one stands in its place. */
  #returned: Proposal | undefined;
  #returns = 0;
  #requests = 0;

  constructor(ports: ToolPorts, onCall: (record: CallRecord) => void = () => undefined) {
    this.#ports = ports;
    this.#onCall = onCall;
    this.#offered = tools.filter((tool) => tool.offered(ports));
  }

  /** As a model is told of them. */
  get offered(): readonly Tool[] {
    return this.#offered.map(({ name, description, parameters }) => ({ name, description, parameters }));
  }

  get records(): readonly CallRecord[] {
    return this.#records;
  }

  /** What a person may look at; one that the model did not mend is last, with its problems. */
  get proposals(): readonly Proposal[] {
    return this.#returned === undefined ? this.#proposals : [...this.#proposals, this.#returned];
  }

  /** The last one that was proposed. */
  get plan(): Plan | undefined {
    return this.#plan;
  }

  /** What goes on while the call does, in one line. */
  summaryOf({ name }: ToolCall): string {
    return this.#offered.find((tool) => tool.name === name)?.title ?? `Asks for ${oneLine(name)}`;
  }

  /** @param room characters that the result may have. Rejects only when stopped. */
  async call(call: ToolCall, room: number, signal: AbortSignal): Promise<Called> {
    signal.throwIfAborted();
    const tool = this.#offered.find(({ name }) => name === call.name);
    if (tool === undefined) {
      const why = `There is no tool of that name. The tools are: ${this.#offered.map(({ name }) => name).join(', ')}.`;
      return this.#record(call, `Asked for ${oneLine(call.name) || 'a tool without a name'}, which does not exist`, { refused: why }, room);
    }
    const read = await readArguments(tool, call.input);
    if (!read.ok) return { ...this.#record(call, tool.title, { refused: read.why }, room), malformed: true };
    const summary = tool.summary(read.input);
    try {
      if (tool.confirm !== undefined && ++this.#requests > mostRequests)
        return this.#record(call, summary, { refused: `A question may ask for ${mostRequests} runs at most.` }, room);
      const result = await inTime(tool.invoke(read.input, this.#ports), signal);
      return this.#record(call, summary, this.#told(result), room);
    } catch (error) {
      signal.throwIfAborted();
      return this.#record(call, summary, { refused: reason(error) }, room);
    }
  }

  #told(result: ToolResult): { readonly refused: string } | { readonly data: JsonObject } {
    switch (result.kind) {
      case 'refused':
        return { refused: result.why };
      case 'data':
        return { data: result.data };
      case 'proposal':
        return this.#propose(result.proposal);
      case 'plan':
        this.#plan = result.plan;
        return { data: { shown: true, note: 'The person is shown these actions and decides. Nothing has run; do not say that it has.' } };
    }
  }

  #propose(proposal: Proposal): { readonly refused: string } | { readonly data: JsonObject } {
    const problems = proposal.diagnostics.filter(({ severity }) => severity === 'error');
    if (!isValid(proposal) && this.#returns < mostReturns) {
      this.#returns += 1;
      this.#returned = proposal;
      const said = problems.slice(0, 20).map(({ line, code, message }) => `line ${line}: ${message} (${code})`);
      return { refused: `It does not validate, so it was not shown. Mend it and propose it again: ${said.join('; ')}` };
    }
    this.#returned = undefined;
    this.#proposals.push(proposal);
    const note = isValid(proposal)
      ? 'The person is shown it and may apply it. Nothing was written.'
      : 'It still does not validate; the person is shown it with its problems. Do not propose it again.';
    return { data: { shown: true, valid: isValid(proposal), note, warnings: proposal.diagnostics.length - problems.length } };
  }

  #record(call: ToolCall, summary: string, told: { readonly refused: string } | { readonly data: JsonObject }, room: number): Called {
    const mask = (text: string) => new Masker().text(text);
    const content = framed(call.name, 'data' in told ? told.data : { refused: told.refused }, room);
    const input = mask(call.input);
    const record: CallRecord = {
      name: oneLine(call.name),
      input: input.length > longestInput ? `${input.slice(0, longestInput)}…` : input,
      summary: oneLine(mask(summary)),
      ...('refused' in told ? { refused: mask(told.refused) } : {}),
      result: content,
    };
    this.#records.push(record);
    this.#onCall(record);
    return { content, malformed: false };
  }
}

/** A port that does not answer must not hold the question up, and one that was stopped is not waited for. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error(`It took longer than ${patience / 1000} s.`)), patience);
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  work.then(resolve, reject);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  });
}
