import type { ToChat } from '../../protocol/chat.ts';
import { connect } from '../bridge.ts';
import { Composer } from '../components/composer/composer.ts';
import { emptyView } from '../components/empty/empty.ts';
import { TurnView } from '../components/turn/turn.ts';
import { button, startControls } from '../controls.ts';
import { h } from '../dom.ts';
import { atEnd, emptyState, isBusy, reduce } from './state.ts';
import './chat.css';

startControls();
const bridge = connect();
let state = emptyState;
const views = new Map<string, TurnView>();

const ask = (text: string) => bridge.post({ kind: 'ask', text });
const actions = {
  retry: (turn: string) => bridge.post({ kind: 'retry', turn }),
  reveal: (turn: string, step: string) => bridge.post({ kind: 'reveal-step', turn, step }),
  run: () => bridge.post({ kind: 'run' }),
  execute: (turn: string) => bridge.post({ kind: 'execute', turn }),
  editPlan: (turn: string) => bridge.post({ kind: 'edit-plan', turn }),
  cancelPlan: (turn: string) => bridge.post({ kind: 'cancel-plan', turn }),
  answer: ask,
  retryRun: (turn: string) => bridge.post({ kind: 'retry-run', turn }),
  explainRun: (turn: string) => bridge.post({ kind: 'explain-run', turn }),
  showRun: (turn: string) => bridge.post({ kind: 'show-run', turn }),
  showApprovals: () => bridge.post({ kind: 'show-approvals' }),
  resend: (turn: string, text: string) => bridge.post({ kind: 'resend', turn, text }),
  applyProposal: (turn: string, proposal: number) => bridge.post({ kind: 'apply-proposal', turn, proposal }),
  openProposal: (turn: string, proposal: number) => bridge.post({ kind: 'open-proposal', turn, proposal }),
  discardProposal: (turn: string, proposal: number) => bridge.post({ kind: 'discard-proposal', turn, proposal }),
  setKey: () => bridge.post({ kind: 'set-key' }),
  goOffline: () => bridge.post({ kind: 'set-provider', provider: 'offline' }),
};
const composer = new Composer(
  {
    ask,
    stop: () => bridge.post({ kind: 'stop' }),
    setProvider: (provider) => bridge.post({ kind: 'set-provider', provider }),
    setKey: actions.setKey,
    testModel: () => bridge.post({ kind: 'test-model' }),
    forgetRun: () => bridge.post({ kind: 'forget-run' }),
    keepDraft: bridge.keepDraft,
  },
  bridge.draft,
);
const log = h('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': 'Conversation', tabindex: '0' });
const toEnd = button({
  look: 'secondary',
  icon: 'arrow-down',
  label: 'Latest',
  title: 'Go to the end of the conversation',
  class: 'to-end',
  press: () => follow(),
});
toEnd.hidden = true;
document
  .querySelector('#chat')
  ?.append(h('h1', { class: 'unseen' }, 'Copilot'), h('div', { class: 'log-box' }, log, toEnd), composer.element);

/** Whether new text is followed: until the reader scrolls away from the end. */
let following = true;
function follow(): void {
  following = true;
  log.scrollTop = log.scrollHeight;
}
let lastTop = 0;
log.addEventListener('scroll', () => {
  // Only a move upwards is the reader's: text that grew in the meantime also leaves the end behind.
  if (atEnd(log)) following = true;
  else if (log.scrollTop < lastTop) following = false;
  lastTop = log.scrollTop;
  toEnd.hidden = following || atEnd(log);
});
// Whatever makes the text longer, the last line stays in view for somebody who reads there.
new ResizeObserver(() => following && follow()).observe(log);
const grown = new ResizeObserver(() => {
  if (following) follow();
  else toEnd.hidden = false;
});

function receive(message: ToChat): void {
  state = reduce(state, message);
  switch (message.kind) {
    case 'token':
      views.get(message.turn)?.append(message.text);
      return;
    case 'status':
      views.get(message.turn)?.waiting(message.text);
      return;
    case 'focus':
      composer.focus();
      return;
    case 'turn':
      if (!views.has(message.turn.id)) follow();
      break;
    case 'state':
      following = true;
      break;
    case 'provider':
    case 'upcoming':
      break;
  }
  draw(message);
  if (message.kind === 'turn' && message.turn.model === 'offline' && message.turn.state === 'done') showFromItsStart(message.turn.id);
}

/** An answer that comes all at once is read from its beginning, also when it is longer than the view. */
function showFromItsStart(id: string): void {
  const element = views.get(id)?.element;
  if (element === undefined || element.offsetHeight <= log.clientHeight || !following) return;
  following = false;
  element.scrollIntoView({ block: 'start' });
}

function draw(message: ToChat): void {
  if (message.kind === 'state' || message.kind === 'provider') composer.provider(state.provider);
  if (message.kind === 'state' || message.kind === 'upcoming') composer.upcoming(state.upcoming);
  composer.busy(isBusy(state));
  const ids = new Set(state.turns.map((turn) => turn.id));
  for (const [id, view] of views) {
    if (ids.has(id)) continue;
    grown.unobserve(view.element);
    view.element.remove();
    view.dispose();
    views.delete(id);
  }
  for (const turn of state.turns) {
    const view = views.get(turn.id);
    if (view === undefined) {
      const made = new TurnView(turn, actions);
      views.set(turn.id, made);
      log.append(made.element);
      grown.observe(made.element);
    } else if (message.kind === 'state' || (message.kind === 'turn' && message.turn.id === turn.id)) {
      view.update(turn);
    }
  }
  log.querySelector('.empty')?.remove();
  if (state.turns.length === 0) log.prepend(emptyView(state.provider, state.upcoming, ask));
}

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const closed = composer.closeContext() || [...views.values()].some((view) => view.closeContext());
  if (!closed && isBusy(state)) bridge.post({ kind: 'stop' });
});

bridge.listen(receive);
bridge.post({ kind: 'ready' });
composer.focus();
