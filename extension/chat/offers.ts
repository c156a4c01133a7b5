import { randomUUID } from 'node:crypto';
import type { Plan } from '../../copilot/plan/plan.ts';
import type { Proposal } from '../../copilot/proposals/proposal.ts';

/** What another chat came to, for a person to decide on in ours: there are the cards that apply and carry out. */
export interface Offer {
  readonly question: string;
  readonly model: string;
  readonly plan?: Plan;
  readonly proposals?: readonly Proposal[];
}

/** Offers that a button may still be pressed for. */
const kept = 50;

/** Kept on this side: a button of a chat names one, and nothing of what it would do. */
export class Offers {
  readonly #offers = new Map<string, Offer>();

  keep(offer: Offer): string {
    const id = randomUUID();
    this.#offers.set(id, offer);
    const oldest = this.#offers.keys().next().value;
    if (this.#offers.size > kept && oldest !== undefined) this.#offers.delete(oldest);
    return id;
  }

  get(id: unknown): Offer | undefined {
    return typeof id === 'string' ? this.#offers.get(id) : undefined;
  }
}

/** Opens an offer in the copilot's view. Not in the palette: it means nothing without a button's id. */
export const reviewCommand = 'runwright.chat.review';
