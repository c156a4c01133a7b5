import { createHash } from 'node:crypto';
import type * as Type from 'typebox';
import { Check } from 'typebox/schema';
import type { Acting } from '../../copilot/act.ts';
import { ask, type Exchange, prepare } from '../../copilot/ask.ts';
import type { Sources } from '../../copilot/context/ports.ts';
import { cardOf, type Earlier, shownOf } from '../../copilot/plan/card.ts';
import { sameValue } from '../../copilot/plan/detail.ts';
import type { Plan } from '../../copilot/plan/plan.ts';
import { planText, seenFrom } from '../../copilot/plan/runbook.ts';
import type { Proposal } from '../../copilot/proposals/proposal.ts';
import type { Model } from '../../copilot/providers/model.ts';
import { offlineName } from '../../copilot/providers/offline.ts';
import type { ToolPorts } from '../../copilot/tools/ports.ts';
import type { ProposalView, ProviderView, ToChat, Turn, Upcoming } from '../../protocol/chat.ts';
import { finalStatuses } from '../../protocol/run.ts';
import { Refusal } from '../engine/problem.ts';
import { type ApplyPorts, applyProposal } from './apply.ts';
import { carryOut, type ExecutionPorts, executionOf } from './execution.ts';
import type { Offer } from './offers.ts';
import { mostProposals, proposalView } from './proposal-view.ts';
import { type StoredPlan, StoredSession, trimmed } from './stored.ts';
import { contextOf, ended, troubleOf } from './turn-view.ts';

export type { StoredSession } from './stored.ts';

/** What a conversation needs from around it; none of it is VS Code, so all of it can be tested. */
export interface SessionPorts {
  load(): unknown;
  save(stored: StoredSession): void;
  sources(run: string | undefined): Sources;
  /** What a model may reach with tools. */
  readonly tools?: Omit<ToolPorts, 'sources'>;
  /** Without it nothing that is proposed can be applied. */
  readonly apply?: ApplyPorts;
  /** Undefined: the offline rules answer. */
  model(): Promise<Model | undefined>;
  provider(): Promise<ProviderView>;
  post(message: ToChat): void;
  newId(): string;
  /** Without it no sentence becomes actions. */
  acting?: Omit<Acting, 'pending'>;
  execution?: ExecutionPorts;
  /** How long actions took in earlier runs. */
  earlier?: () => Promise<Earlier>;
}

/** How much survives a reload: turns, and of how many of them the context's text too. */
const keptTurns = 50;
const keptContexts = 8;

/**
 * One conversation.
 * 1. At most one turn is being answered; a new question ends the one before it.
 * 2. A turn that was begun always ends: done, partial, stopped or failed.
 * 3. What a turn shows as its context is what was sent for it.
 */
export class ChatSession {
  readonly #ports: SessionPorts;
  #turns: Turn[] = [];
  #run: string | undefined;
  /** By turn: what it would do, and the file and text that this became. */
  #plans: Record<string, Type.Static<typeof StoredPlan>> = {};
  /** By turn, in the order of what it shows. */
  #proposals: Record<string, readonly Proposal[]> = {};
  /** Those that are being applied: a second press of the button does nothing. */
  readonly #applying = new Set<string>();
  #current: { readonly turn: string; readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  /** Turns whose button was just pressed, and turns whose run is being followed: a second press starts nothing. */
  readonly #pressed = new Set<string>();
  readonly #followed = new Set<string>();
  /** Counts requests for the upcoming context, so that an older one never overwrites a newer. */
  #looked = 0;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#take(ports.load());
  }

  #take(stored: unknown): void {
    const known = Check(StoredSession, stored) ? stored : { turns: [] };
    // The window was closed while an answer came: what had come is kept.
    this.#turns = known.turns.map((turn) => (turn.state === 'answering' ? { ...turn, state: 'stopped' } : turn));
    this.#run = known.run;
    this.#plans = known.plans ?? {};
    this.#proposals = known.proposals ?? {};
    for (const turn of this.#turns) this.#followAgain(turn);
  }

  get turns(): readonly Turn[] {
    return this.#turns;
  }

  turn(id: string): Turn | undefined {
    return this.#turns.find((turn) => turn.id === id);
  }

  /** Everything a webview needs that has just been opened. */
  async show(): Promise<void> {
    await this.#showAll();
    await this.refresh();
  }

  /** Says again what would be sent with the next question. Nothing is sent to a model for it. */
  async refresh(): Promise<void> {
    const look = ++this.#looked;
    const upcoming = await this.upcoming();
    if (look === this.#looked) this.#ports.post({ kind: 'upcoming', upcoming });
  }

  async showProvider(): Promise<void> {
    this.#ports.post({ kind: 'provider', provider: await this.#ports.provider() });
    await this.refresh();
  }

  /** Undefined: back to the last run of the open runbook that did not end well. */
  async useRun(run: string | undefined): Promise<void> {
    this.#run = run;
    this.#save();
    await this.refresh();
  }

  async ask(text: string): Promise<void> {
    const previous = this.#current;
    previous?.stop.abort();
    const id = this.#ports.newId();
    const stop = new AbortController();
    const ended = this.#begin(id, text, stop.signal, previous?.ended).finally(() => {
      if (this.#current?.turn === id) this.#current = undefined;
    });
    // Set before anything is awaited, so that the next question finds this one.
    this.#current = { turn: id, stop, ended };
    await ended;
  }

  /** Ends the answer that is coming, and waits until it has ended. */
  async stop(): Promise<void> {
    const current = this.#current;
    current?.stop.abort();
    await current?.ended;
  }

  /** Asks the same question again, as the newest. */
  async retry(id: string): Promise<void> {
    const turn = this.turn(id);
    if (turn === undefined || turn.state === 'answering') return;
    this.#turns = this.#turns.filter((other) => other.id !== id);
    await this.#showAll();
    await this.ask(turn.question);
  }

  /** Asks it in other words: its turn and those after it go, with what they proposed. What they did stays done. */
  async resend(id: string, text: string): Promise<void> {
    await this.stop();
    const index = this.#turns.findIndex((turn) => turn.id === id);
    if (index < 0) return;
    this.#turns = this.#turns.slice(0, index);
    await this.#showAll();
    await this.ask(text);
  }

  /** What another chat came to: shown here as if it had been asked here, to be decided on here. */
  async receive({ question, model, plan, proposals = [] }: Offer): Promise<void> {
    await this.stop();
    const id = this.#ports.newId();
    const shown = proposals.slice(-mostProposals);
    if (shown.length > 0) this.#proposals[id] = shown;
    const turn: Turn = { id, question: question.slice(0, 20_000), context: [], notes: [], state: 'done', answer: '', model };
    this.#turns = [...this.#turns, turn];
    this.#change(id, shown.length === 0 ? {} : { proposals: shown.map(proposalView) });
    const { acting } = this.#ports;
    if (plan !== undefined && acting !== undefined) await this.#showPlan(id, question, plan, acting);
    this.#save();
  }

  /** Leaves this conversation as it was stored, and goes on with the one that is to be loaded after `change`. */
  async switchTo(change: () => void): Promise<void> {
    await this.stop();
    change();
    this.#take(this.#ports.load());
    await this.show();
  }

  async #begin(id: string, text: string, signal: AbortSignal, previous: Promise<void> | undefined): Promise<void> {
    await previous;
    const history = this.#turns.flatMap((turn): Exchange[] =>
      turn.state === 'done' && turn.answer !== '' ? [{ question: turn.question, answer: turn.answer }] : [],
    );
    const { kind, label } = await this.#ports.provider();
    const model = kind === 'offline' ? offlineName : label;
    this.#turns = [...this.#turns, { id, question: text, context: [], notes: [], state: 'answering', answer: '', model }];
    await this.#answer(id, text, history, signal);
  }

  async #answer(id: string, text: string, history: readonly Exchange[], signal: AbortSignal): Promise<void> {
    const { post } = this.#ports;
    this.#change(id, {});
    try {
      const model = await this.#ports.model();
      const pending = this.#pending(id);
      const { acting } = this.#ports;
      const answer = await ask({
        text,
        ...(acting === undefined ? {} : { acting: { ...acting, ...(pending === undefined ? {} : { pending }) } }),
        sources: this.#ports.sources(this.#run),
        ...(model === undefined ? {} : { model }),
        ...(this.#ports.tools === undefined ? {} : { tools: this.#ports.tools }),
        history,
        signal,
        onContext: (given) =>
          this.#change(id, {
            ...contextOf(given),
            model: model?.name ?? offlineName,
            ...(given.run === undefined ? {} : { run: given.run }),
          }),
        onText: (piece) => {
          this.#turns = this.#turns.map((turn) => (turn.id === id ? { ...turn, answer: turn.answer + piece } : turn));
          post({ kind: 'token', turn: id, text: piece });
        },
        onStatus: (line) => post({ kind: 'status', turn: id, text: line }),
        // Shown while it goes on, and kept also where the answer breaks off or is stopped.
        onCall: (record) => this.#change(id, { toolCalls: [...(this.turn(id)?.toolCalls ?? []), { ...record }] }),
      });
      const proposals = (answer.proposals ?? []).slice(-mostProposals);
      if (proposals.length > 0) this.#proposals[id] = proposals;
      this.#change(id, { ...ended(answer), ...(proposals.length === 0 ? {} : { proposals: proposals.map(proposalView) }) });
      if (acting !== undefined && answer.kind === 'action') await this.#showPlan(id, text, answer.plan, acting);
    } catch (error) {
      if (signal.aborted) this.#change(id, { state: 'stopped' });
      else this.#change(id, { state: 'failed', trouble: troubleOf(error) });
    }
    this.#save();
    await this.refresh();
  }

  /** What the turn before was asking about. */
  #pending(id: string): Plan | undefined {
    const before = this.#turns[this.#turns.findIndex((turn) => turn.id === id) - 1];
    return before?.plan?.state === 'asking' ? this.#plans[before.id]?.plan : undefined;
  }

  /** The question or the card of a plan; what an earlier turn was asking is over with it. */
  async #showPlan(id: string, text: string, plan: Plan | undefined, acting: Omit<Acting, 'pending'>): Promise<void> {
    const asking = this.#turns.filter((turn) => turn.id !== id && turn.plan?.state === 'asking');
    for (const turn of asking) {
      const { question: _answered, ...rest } = turn.plan ?? { question: undefined };
      if (plan === undefined && turn.plan !== undefined)
        this.#change(turn.id, { plan: { ...turn.plan, ...rest, state: 'cancelled', question: undefined } });
      else this.#drop(turn.id);
    }
    if (plan === undefined) return;
    const catalog = await acting.catalog();
    // Without an engine there is no history; the card is shown all the same.
    const earlier = await this.#ports.earlier?.().catch(() => undefined);
    this.#plans[id] = { plan };
    const { execution } = this.#ports;
    if (plan.missing.length === 0 && execution !== undefined) {
      const first = this.#turns.find((turn) => turn.id === (asking[0]?.id ?? id))?.question ?? text;
      const placed = seenFrom(plan, execution.up);
      const title = asking.length > 0 ? first : text;
      const runbook = planText(placed, title);
      const name = `chat_${id.slice(0, 8)}.runbook.yaml`;
      const file = await execution.write(name, runbook);
      this.#plans[id] = { plan: placed, title, file, text: runbook };
      // Of the plan as it is placed: the card shows what runs.
      this.#change(id, { plan: { ...cardOf(placed, catalog, earlier), runbook: name }, answer: '', offerRun: undefined });
    } else this.#change(id, { plan: cardOf(plan, catalog, earlier), answer: '', offerRun: undefined });
  }

  /** A card that was answered by the next turn shows no buttons any more. */
  #drop(id: string): void {
    const turn = this.turn(id);
    if (turn?.plan === undefined) return;
    const { plan: _plan, ...rest } = turn;
    delete this.#plans[id];
    this.#turns = this.#turns.map((other) => (other.id === id ? { ...rest, answer: turn.plan?.question?.text ?? turn.answer } : other));
    const changed = this.turn(id);
    if (changed !== undefined) this.#ports.post({ kind: 'turn', turn: changed });
  }

  /** A person pressed the button of a card: asks the engine for the run, and answers for them what is exactly what the card showed. */
  async execute(id: string): Promise<void> {
    if (this.#pressed.has(id)) return;
    this.#pressed.add(id);
    try {
      await this.#execute(id);
    } finally {
      this.#pressed.delete(id);
    }
  }

  async #execute(id: string): Promise<void> {
    const stored = this.#plans[id];
    const { execution } = this.#ports;
    if (stored?.file === undefined || this.turn(id)?.plan?.state !== 'ready' || execution === undefined) return;
    const text = await execution.read(stored.file).catch(() => undefined);
    // Asked again: it may have been cancelled while the file was read.
    const { plan } = this.turn(id) ?? {};
    if (plan?.state !== 'ready') return;
    if (text === undefined)
      throw new Refusal('The runbook of these actions cannot be read any more.', 'Ask again: a new one is written. Nothing was done.');
    if (text !== stored.text)
      throw new Refusal(
        'The runbook of these actions was edited since the card was shown.',
        'Run the edited runbook with "Runwright: Run Runbook", or ask again.',
      );
    const shown = plan.actions.map(({ risk: _risk, touches: _touches, ...action }) => action);
    if (!sameValue(shown, stored.plan.actions.map(shownOf)) || planText(stored.plan, stored.title ?? '') !== text)
      throw new Refusal('The card does not show what its runbook would do.', 'Ask again: a new card is made. Nothing was done.');
    this.#change(id, { plan: { ...plan, state: 'begun' }, trouble: undefined });
    this.#save();
    try {
      const run = await execution.request(stored.file);
      this.#change(id, { execution: executionOf(run, stored.plan, false) });
      await this.#follow(id, run.id, true);
    } catch (error) {
      this.#change(id, { ...(this.turn(id)?.execution === undefined ? { plan } : {}), trouble: troubleOf(error) });
    }
    this.#save();
  }

  cancelPlan(id: string): void {
    const turn = this.turn(id);
    if (turn?.plan === undefined || turn.plan.state === 'begun') return;
    const { question: _question, ...plan } = turn.plan;
    this.#change(id, { plan: { ...plan, state: 'cancelled' } });
    this.#save();
  }

  /** A person pressed Apply; what is applied is what this side keeps, never what a page sends. */
  async apply(id: string, index: number): Promise<void> {
    const proposal = this.#openProposal(id, index);
    const { apply } = this.#ports;
    const key = `${id} ${index}`;
    if (proposal === undefined || apply === undefined || this.#applying.has(key)) return;
    this.#applying.add(key);
    try {
      this.#changeProposal(id, index, await applyProposal(proposal, apply));
    } finally {
      this.#applying.delete(key);
    }
    await this.refresh();
  }

  discard(id: string, index: number): void {
    if (this.#openProposal(id, index) !== undefined) this.#changeProposal(id, index, { state: 'discarded' });
  }

  async openProposal(id: string, index: number): Promise<void> {
    const proposal = this.#proposals[id]?.[index];
    if (proposal !== undefined) await this.#ports.apply?.open(proposal);
  }

  #openProposal(id: string, index: number): Proposal | undefined {
    return this.turn(id)?.proposals?.[index]?.state === 'open' ? this.#proposals[id]?.[index] : undefined;
  }

  #changeProposal(id: string, index: number, change: Pick<ProposalView, 'state' | 'note'>): void {
    const views = this.turn(id)?.proposals;
    if (views === undefined) return;
    this.#change(id, { proposals: views.map((view, at) => (at === index ? { ...view, note: undefined, ...change } : view)) });
    this.#save();
  }

  /** Absolute path of the runbook that a turn's plan became. */
  planFile(id: string): string | undefined {
    return this.#plans[id]?.file;
  }

  /** Shows how the run goes until it has ended; also after the person had it retried. */
  async follow(id: string): Promise<void> {
    const run = this.turn(id)?.execution?.run;
    if (run !== undefined) await this.#follow(id, run, true);
    this.#save();
  }

  /** `pressed`: in this window, by the person whom the card answers for. Else the run is only watched. */
  async #follow(id: string, run: string, pressed: boolean): Promise<void> {
    const { plan, text = '' } = this.#plans[id] ?? {};
    const { execution } = this.#ports;
    if (plan === undefined || execution === undefined || this.#followed.has(id)) return;
    this.#followed.add(id);
    try {
      const digest = createHash('sha256').update(text).digest('hex');
      const confirmed = { plan, digest, stands: () => pressed && this.turn(id) !== undefined };
      await carryOut(run, confirmed, execution, {
        view: (view) => this.#change(id, { execution: view }),
        trouble: (error) => {
          const told = error === undefined ? undefined : troubleOf(error);
          this.#change(id, { trouble: told });
          return undefined;
        },
      });
    } finally {
      this.#followed.delete(id);
    }
    await this.refresh();
  }

  /** The window was closed while a run went on. Nothing is answered that nobody has pressed for since. */
  #followAgain(turn: Turn): void {
    const { execution } = turn;
    if (execution === undefined || finalStatuses.some((status) => status === execution.status)) return;
    this.#follow(turn.id, execution.run, false)
      .catch((error: unknown) => this.#change(turn.id, { trouble: troubleOf(error) }))
      .finally(() => this.#save());
  }

  async #showAll(): Promise<void> {
    // Awaited first: what comes meanwhile must be in the turns that are posted.
    const provider = await this.#ports.provider();
    this.#ports.post({ kind: 'state', turns: this.#turns, provider, upcoming: { context: [], notes: [] } });
  }

  #change(id: string, change: Partial<Turn>): void {
    this.#turns = this.#turns.map((turn) => (turn.id === id ? { ...turn, ...change } : turn));
    const turn = this.turn(id);
    if (turn !== undefined) this.#ports.post({ kind: 'turn', turn });
  }

  /** What would be given with the next question. */
  async upcoming(): Promise<Upcoming> {
    try {
      // The budget of a model that cannot be used does not matter.
      const model = await this.#ports.model().catch(() => undefined);
      const { context, given } = await prepare(this.#ports.sources(this.#run), model?.budget);
      const { open, run } = context.material;
      return {
        ...contextOf(given),
        ...(open === undefined ? {} : { runbook: open.file.split(/[\\/]/).at(-1) ?? open.file }),
        ...(run === undefined ? {} : { run: { id: run.id, status: run.status, chosen: this.#run !== undefined } }),
      };
    } catch (error) {
      return { context: [], notes: [troubleOf(error).message] };
    }
  }

  #save(): void {
    const recent = this.#turns.slice(-keptTurns);
    const turns = recent.map((turn, index) => (index >= recent.length - keptContexts ? turn : trimmed(turn)));
    const ids = new Set(turns.map(({ id }) => id));
    const plans = Object.fromEntries(Object.entries(this.#plans).filter(([id]) => ids.has(id)));
    const whole = new Set(turns.slice(-keptContexts).map(({ id }) => id));
    const proposals = Object.fromEntries(Object.entries(this.#proposals).filter(([id]) => whole.has(id)));
    this.#ports.save({
      turns,
      ...(this.#run === undefined ? {} : { run: this.#run }),
      ...(Object.keys(plans).length === 0 ? {} : { plans }),
      ...(Object.keys(proposals).length === 0 ? {} : { proposals: proposals as StoredSession['proposals'] }),
    });
  }
}
