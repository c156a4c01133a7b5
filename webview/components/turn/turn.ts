import type { Turn } from '../../../protocol/chat.ts';
import { button, progress } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import { ToolCalls } from '../calls/calls.ts';
import { ContextChips } from '../context/context.ts';
import { executionCard } from '../execution/execution.ts';
import { failureCard } from '../failure/failure.ts';
import { copyButton, GrowingMarkdown } from '../markdown/markdown.ts';
import { planCard } from '../plan/plan.ts';
import { Proposals } from '../proposal/proposals.ts';
import { troubleCard } from '../trouble/trouble.ts';
import { QuestionView } from './question.ts';
import './turn.css';

export interface TurnActions {
  retry(turn: string): void;
  reveal(turn: string, step: string): void;
  run(): void;
  execute(turn: string): void;
  editPlan(turn: string): void;
  cancelPlan(turn: string): void;
  answer(text: string): void;
  retryRun(turn: string): void;
  explainRun(turn: string): void;
  showRun(turn: string): void;
  showApprovals(): void;
  resend(turn: string, text: string): void;
  applyProposal(turn: string, proposal: number): void;
  openProposal(turn: string, proposal: number): void;
  discardProposal(turn: string, proposal: number): void;
  setKey(): void;
  goOffline(): void;
}

/** One question with its answer. Tokens are appended; everything else is drawn again only when it has changed. */
export class TurnView {
  readonly element: HTMLElement;
  readonly #actions: TurnActions;
  readonly #chips = new ContextChips('Context of this answer');
  readonly #who = h('div', { class: 'who' });
  readonly #wait = h('div', { class: 'wait', hidden: '' }, progress(), h('span', { class: 'wait-text' }));
  readonly #calls = new ToolCalls();
  readonly #answer = new GrowingMarkdown();
  readonly #proposals: Proposals;
  readonly #after = h('div', { class: 'after' });
  readonly #body: HTMLElement;
  #shown: Turn | undefined;

  constructor(turn: Turn, actions: TurnActions) {
    this.#actions = actions;
    this.#proposals = new Proposals((index) => ({
      apply: () => actions.applyProposal(turn.id, index),
      open: () => actions.openProposal(turn.id, index),
      discard: () => actions.discardProposal(turn.id, index),
    }));
    this.#body = h(
      'div',
      { class: 'answer' },
      this.#who,
      this.#calls.element,
      this.#wait,
      this.#answer.element,
      this.#proposals.element,
      this.#after,
    );
    this.element = h(
      'article',
      { class: 'turn', 'aria-label': `Question: ${turn.question.slice(0, 120)}` },
      new QuestionView(turn.question, (text) => actions.resend(turn.id, text)).element,
      this.#chips.element,
      this.#body,
    );
    this.update(turn);
  }

  append(text: string): void {
    this.#wait.hidden = true;
    this.#answer.append(text);
  }

  waiting(text: string): void {
    this.#showWait(text);
  }

  update(turn: Turn): void {
    const before = this.#shown;
    this.#shown = turn;
    const busy = turn.state === 'answering';
    // Read out once it is whole, not word by word.
    this.#body.setAttribute('aria-busy', String(busy));
    if (before?.context !== turn.context) this.#chips.show(turn.context);
    this.#calls.show(turn.toolCalls ?? []);
    this.#who.replaceChildren(
      icon(turn.model === 'offline' ? 'checklist' : 'sparkle'),
      h('span', {}, nameOf(turn.model)),
      ...stateMark(turn),
    );
    // The card says all that the rules know; their sentence would say it twice.
    const text = !busy && turn.model === 'offline' && turn.diagnosis !== undefined ? '' : turn.answer;
    if (!busy || this.#answer.text !== text) this.#answer.finish(text);
    if (busy && turn.answer === '')
      this.#showWait(turn.context.length === 0 ? 'Reading the runbook and its runs' : 'Waiting for the answer');
    else this.#wait.hidden = true;
    this.#proposals.show(turn);
    this.#after.replaceChildren(...(busy ? [] : this.#ending(turn)));
  }

  dispose(): void {
    this.#proposals.dispose();
  }

  closeContext(): boolean {
    return this.#chips.close();
  }

  #showWait(text: string): void {
    this.#wait.hidden = false;
    const line = this.#wait.querySelector('.wait-text');
    if (line !== null) line.textContent = text;
  }

  #ending(turn: Turn): HTMLElement[] {
    const { retry, reveal, run, setKey, goOffline } = this.#actions;
    const parts: (HTMLElement | undefined)[] = [
      turn.diagnosis && failureCard(turn.diagnosis, (step) => reveal(turn.id, step)),
      turn.trouble && troubleCard(turn.trouble, { retry: () => retry(turn.id), setKey, goOffline }),
      turn.plan &&
        planCard(turn.plan, {
          execute: () => this.#actions.execute(turn.id),
          edit: () => this.#actions.editPlan(turn.id),
          cancel: () => this.#actions.cancelPlan(turn.id),
          answer: (text) => this.#actions.answer(text),
        }),
      turn.execution &&
        executionCard(turn.execution, {
          retry: () => this.#actions.retryRun(turn.id),
          explain: () => this.#actions.explainRun(turn.id),
          show: () => this.#actions.showRun(turn.id),
          approvals: () => this.#actions.showApprovals(),
        }),
      turn.offerRun === true
        ? h(
            'div',
            { class: 'offer' },
            button({ look: 'primary', icon: 'play', label: 'Run Runbook…', title: 'Run Runbook: asks for its inputs first', press: run }),
          )
        : undefined,
      turn.notes.length > 0 ? h('p', { class: 'notes' }, turn.notes.join(' ')) : undefined,
      h(
        'div',
        { class: 'actions' },
        turn.answer !== '' && copyButton('Copy the answer', () => textOf(turn)),
        turn.trouble === undefined && button({ look: 'icon', icon: 'refresh', label: 'Ask again', press: () => retry(turn.id) }),
      ),
    ];
    return parts.filter((part) => part !== undefined);
  }
}

const nameOf = (model: string) => (model === 'offline' ? 'Offline rules' : model);

function stateMark(turn: Turn): HTMLElement[] {
  const words: Partial<Record<Turn['state'], string>> = { partial: 'incomplete', stopped: 'stopped' };
  const word = words[turn.state];
  return word === undefined ? [] : [h('span', { class: 'mark' }, word)];
}

/** The whole answer as text, the card included. */
function textOf(turn: Turn): string {
  const { diagnosis } = turn;
  if (diagnosis === undefined) return turn.answer;
  return [
    turn.answer,
    `Step: ${diagnosis.step}`,
    `Cause: ${diagnosis.cause}`,
    `Evidence:\n${diagnosis.evidence}`,
    `What to do:\n${diagnosis.remedies.map((remedy, index) => `${index + 1}. ${remedy}`).join('\n')}`,
  ].join('\n\n');
}
