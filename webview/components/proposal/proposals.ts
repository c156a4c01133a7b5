import type { Turn } from '../../../protocol/chat.ts';
import { h } from '../../dom.ts';
import { type ProposalActions, ProposalCard } from './proposal.ts';

/** All that a turn proposes. Cards stay when the turn is drawn again: an editor in one keeps its place and focus. */
export class Proposals {
  readonly element = h('div', { class: 'proposals' });
  readonly #actionsOf: (index: number) => ProposalActions;
  #cards: readonly ProposalCard[] = [];

  constructor(actionsOf: (index: number) => ProposalActions) {
    this.#actionsOf = actionsOf;
  }

  show({ proposals = [], answer }: Turn): void {
    if (proposals.length !== this.#cards.length) {
      this.dispose();
      this.#cards = proposals.map((view, index) => new ProposalCard(view, this.#actionsOf(index), answer));
      this.element.replaceChildren(...this.#cards.map((card) => card.element));
      return;
    }
    for (const [index, view] of proposals.entries()) this.#cards[index]?.update(view);
  }

  dispose(): void {
    for (const card of this.#cards) card.dispose();
    this.#cards = [];
  }
}
