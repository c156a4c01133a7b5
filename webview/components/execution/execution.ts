import type { ExecutionView } from '../../../protocol/chat.ts';
import { button, progress } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import { exactTime } from '../plan/time.ts';
import './execution.css';

export interface ExecutionActions {
  retry(): void;
  explain(): void;
  show(): void;
  approvals(): void;
}

type Status = ExecutionView['actions'][number]['status'];
const marks: Readonly<Record<Status, { readonly icon: string; readonly word: string }>> = {
  pending: { icon: 'circle-large-outline', word: 'waits for its turn' },
  waiting: { icon: 'bell', word: 'waits for approval' },
  running: { icon: 'sync', word: 'is running' },
  succeeded: { icon: 'pass-filled', word: 'done' },
  failed: { icon: 'error', word: 'failed' },
  skipped: { icon: 'debug-step-over', word: 'was not done' },
};

const headlines: Readonly<Record<string, string>> = {
  completed: 'Executed',
  failed: 'Failed',
  rejected: 'Rejected: what was not approved was not done',
  cancelled: 'Cancelled',
  waiting_approval: 'Waits for approval',
  paused: 'Paused',
  rolling_back: 'Takes back what was done',
};

/** How it goes, action by action, and what came of it. */
export function executionCard(execution: ExecutionView, actions: ExecutionActions): HTMLElement {
  const ended = ['completed', 'failed', 'rejected', 'cancelled'].includes(execution.status);
  const failed = execution.status === 'failed';
  return h(
    'div',
    {
      class: `execution is-${execution.status}`,
      role: 'group',
      'aria-label': 'Execution',
      'aria-live': 'polite',
      'aria-busy': String(!ended),
    },
    h(
      'div',
      { class: 'plan-head' },
      ended ? icon(execution.status === 'completed' ? 'pass-filled' : 'error') : progress(),
      h('strong', {}, headlines[execution.status] ?? 'Executing'),
      execution.milliseconds === undefined ? '' : h('span', { class: 'plan-risk' }, exactTime(execution.milliseconds)),
    ),
    h(
      'ul',
      { class: 'execution-actions' },
      ...execution.actions.map(({ summary, status, detail, remedy }) =>
        h(
          'li',
          { class: `is-${status}` },
          icon(marks[status].icon),
          h(
            'div',
            {},
            h('div', { class: 'plan-summary' }, summary, h('span', { class: 'unseen' }, `, ${marks[status].word}`)),
            detail === undefined ? '' : h('div', { class: 'execution-detail' }, detail),
            remedy === undefined ? '' : h('div', { class: 'plan-small' }, remedy),
          ),
        ),
      ),
    ),
    execution.waits === undefined ? '' : h('p', { class: 'execution-waits' }, execution.waits),
    h('p', { class: 'plan-small' }, 'Run ', h('code', {}, execution.run)),
    h(
      'div',
      { class: 'plan-buttons' },
      execution.waits !== undefined &&
        button({
          look: 'primary',
          icon: 'bell',
          label: 'Show Approvals',
          title: 'Show Approvals: what waits for an answer',
          press: () => actions.approvals(),
        }),
      failed &&
        button({ look: 'primary', icon: 'refresh', label: 'Retry', title: 'Retry the step that failed', press: () => actions.retry() }),
      failed &&
        button({ look: 'secondary', icon: 'question', label: 'Explain', title: 'Explain why it failed', press: () => actions.explain() }),
      button({ look: 'secondary', icon: 'output', label: 'Show Run', title: 'Show Run: its output', press: () => actions.show() }),
    ),
  );
}
