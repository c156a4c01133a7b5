import type { ProviderView, Upcoming } from '../../../protocol/chat.ts';
import { button } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import './empty.css';

const suggestions = [
  { icon: 'bug', text: 'Why did this fail?' },
  { icon: 'book', text: 'What does this runbook do?' },
  { icon: 'warning', text: 'What is wrong in this file?' },
] as const;

/** What a new conversation begins with: what can be asked, and who answers. */
export function emptyView(provider: ProviderView, upcoming: Upcoming, ask: (text: string) => void): HTMLElement {
  const who =
    provider.kind === 'offline'
      ? 'Answers come from rules on this machine. Nothing is sent anywhere.'
      : `Answers come from ${provider.label} at ${provider.endpoint ?? 'the configured endpoint'}. The context below is sent with your question.`;
  return h(
    'div',
    { class: 'empty' },
    icon('comment-discussion'),
    h('h2', {}, upcoming.runbook === undefined ? 'Ask about your runbooks' : 'Ask about this runbook'),
    h(
      'p',
      {},
      upcoming.runbook === undefined
        ? 'Open a runbook to ask what it does, what is wrong in it, or why its last run failed.'
        : 'What it does, what is wrong in it, or why its last run failed.',
    ),
    h(
      'div',
      { class: 'suggestions', role: 'group', 'aria-label': 'Suggested questions' },
      ...suggestions.map((suggestion) =>
        button({
          look: 'secondary',
          icon: suggestion.icon,
          label: suggestion.text,
          class: 'suggestion',
          press: () => ask(suggestion.text),
        }),
      ),
    ),
    h('p', { class: 'who-answers' }, who),
  );
}
