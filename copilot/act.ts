import type { ActionView } from '../protocol/lsp.ts';
import { intentOf, isExplicitQuestion } from './intent.ts';
import { answerFollowUp } from './plan/follow-up.ts';
import type { Known } from './plan/phrase.ts';
import type { Plan } from './plan/plan.ts';
import { readPlan } from './plan/read.ts';
import { knownFrom } from './plan/slots.ts';

/** What a person is dealing with; its words are data. */
export interface Ticket {
  readonly title: string;
  readonly description?: string;
  readonly severity?: string;
  readonly source?: string;
  readonly labels?: readonly string[];
}

/** What sentences may become actions with. */
export interface Acting {
  /** Built in and the workspace's own. */
  catalog(): Promise<readonly ActionView[]>;
  readonly ticket?: Ticket;
  /** What the conversation was asking about: the next sentence may be the answer. */
  readonly pending?: Plan;
}

export interface Acted {
  readonly answer: string;
  /** None where the person wants none of it. */
  readonly plan?: Plan;
}

/** What a sentence would do by the rules; undefined when it is no request for actions, and no answer about one. */
export async function actOn(text: string, acting: Acting): Promise<Acted | undefined> {
  const catalog = await acting.catalog();
  const known = acting.ticket && knownFromTicket(acting.ticket);
  const { pending } = acting;
  const read = (): Plan | undefined =>
    intentOf(text) === 'edit' || consents.test(text) ? undefined : readPlan(text, { catalog, ...(known === undefined ? {} : { known }) });
  // A request that lacks nothing is a new one; only a message may be any words.
  const anew = pending?.missing[0]?.parameter === 'text' || isExplicitQuestion(text) ? undefined : read();
  if (pending !== undefined && pending.missing.length > 0 && (anew === undefined || anew.missing.length > 0)) {
    const followed = answerFollowUp(pending, text, catalog);
    if (followed.kind === 'plan') return said(followed.plan);
    if (followed.kind === 'cancel') return { answer: 'Cancelled: nothing was done.' };
  }
  const fresh = anew ?? read();
  if (fresh !== undefined && (!isExplicitQuestion(text) || fresh.actions.every(({ uses }) => looks(uses, text)))) return said(fresh);
  if (pending === undefined || pending.missing.length === 0 || intentOf(text) !== 'question' || isExplicitQuestion(text)) return undefined;
  const [open] = pending.missing;
  return open && { answer: `I could not read that as an answer. ${open.question}`, plan: pending };
}

/** Actions that only look, so that a question may be a request for them: "Is 192.0.2.7 blocked?" */
const answersQuestions = new Set(['security/is_blocked', 'security/threat_intel_lookup']);

const looks = (uses: string, text: string): boolean =>
  answersQuestions.has(uses) || (/^data\/(?:analyze_\w+|quality|\w+_import)$/.test(uses) && asksToLook.test(text));
/** "Summarize connections.csv": an order that begins like a question. */
const asksToLook = /^\s*(?:(?:please|can you|could you)\s+)?(?:analy[sz]e|summari[sz]e|describe|show|list)\b/i;
/** Consent is never a request: what is approved is shown elsewhere, and there alone. */
const consents = /^\s*(?:please\s+)?(?:(?:i|we)\s+(?:hereby\s+|do\s+)?)?(?:approve|accept|reject)\b/i;

/** Characters of a ticket that are looked through. */
const longestTicket = 20_000;

export const knownFromTicket = ({ title, description = '', severity, source = '', labels = [] }: Ticket): Known => ({
  ...knownFrom([title, description, source, ...labels].join('\n').slice(0, longestTicket)),
  title: plain(title),
  ...(description === '' ? {} : { description: plain(description) }),
  ...(severity !== undefined && /^(?:info|low|medium|high|critical)$/i.test(severity) ? { severity: severity.toLowerCase() } : {}),
});
const plain = (text: string): string => text.replaceAll('${{', '$ {{').slice(0, 2000);

function said(plan: Plan): Acted {
  const list = plan.actions.map(({ summary }, index) => (plan.actions.length > 1 ? `${index + 1}. ${summary}` : summary)).join('\n');
  const [open] = plan.missing;
  if (open !== undefined) {
    const choices = open.options.length === 0 ? '' : ` (${open.options.join(', ')})`;
    return { answer: `${list}\n\n${open.question}${choices}`, plan };
  }
  return { answer: `${list}\n\nRisk: ${plan.risk}. Nothing runs until you approve it.`, plan };
}
