import type { PlanView } from '../../../protocol/chat.ts';
import { button } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import { timeWords } from './time.ts';
import './plan.css';

export interface PlanActions {
  execute(): void;
  edit(): void;
  cancel(): void;
  answer(text: string): void;
}

/** What would be done, in plain words, with the question that is still open or the buttons that ask for it. */
export function planCard(plan: PlanView, actions: PlanActions): HTMLElement {
  const many = plan.actions.length > 1;
  return h(
    // A group and no region: a conversation has many of them, and none is a landmark of the page.
    'div',
    {
      class: `plan risk-${plan.risk}`,
      role: 'group',
      'aria-label': plan.state === 'asking' ? 'Actions, one answer is missing' : 'Actions to confirm',
    },
    h(
      'div',
      { class: 'plan-head' },
      icon('list-ordered'),
      h('strong', {}, many ? `${plan.actions.length} actions` : '1 action'),
      h('span', { class: 'plan-risk' }, `risk ${plan.risk}`),
    ),
    h(
      'ol',
      { class: 'plan-actions' },
      ...plan.actions.map(({ summary, touches, uses, risk, inputs, target }) =>
        h(
          'li',
          {},
          h('div', { class: 'plan-summary' }, summary),
          h(
            'div',
            { class: 'plan-small' },
            h('code', {}, uses),
            many && risk !== plan.risk ? ` · risk ${risk}` : '',
            touches.length === 0 ? '' : ` · touches ${touches.join(', ')}`,
            ` · on ${target ?? 'this machine'}`,
          ),
          given(inputs),
        ),
      ),
    ),
    ...(plan.state === 'asking' && plan.question !== undefined ? [question(plan.question, actions)] : []),
    ...(plan.state === 'ready' ? [ready(plan, actions)] : []),
    ...(plan.state === 'cancelled' ? [h('p', { class: 'plan-small' }, 'Cancelled: nothing was done.')] : []),
  );
}

/** Every input, also what the words leave out. Long values scroll in a box of their own, which the keyboard reaches. */
function given(inputs: PlanView['actions'][number]['inputs']): HTMLElement | string {
  if (inputs.length === 0) return '';
  return h(
    'dl',
    { class: 'plan-inputs', 'aria-label': 'Inputs' },
    ...inputs.map(({ name, value }) =>
      h(
        'div',
        {},
        h('dt', {}, isLong(value) ? `${name} (${sizeOf(value)})` : name),
        h(
          'dd',
          {},
          isLong(value) ? h('pre', { tabindex: '0', role: 'group', 'aria-label': `Value of ${name}` }, value) : h('code', {}, value),
        ),
      ),
    ),
  );
}
/** Said, because only its beginning is in sight. */
function sizeOf(value: string): string {
  const lines = value.split('\n').length;
  return `${lines} ${lines === 1 ? 'line' : 'lines'}, ${value.length} characters`;
}
const isLong = (value: string): boolean => value.length > 300 || value.includes('\n');

function question({ text, options, left }: NonNullable<PlanView['question']>, actions: PlanActions): HTMLElement {
  return h(
    'div',
    { class: 'plan-question', role: 'group', 'aria-label': text },
    h('p', { class: 'plan-ask' }, text, left > 1 ? h('span', { class: 'plan-small' }, ` ${left - 1} more after this one`) : ''),
    h(
      'div',
      { class: 'plan-buttons' },
      ...options.map((option) =>
        button({ look: 'secondary', label: option, title: `Answer: ${option}`, press: () => actions.answer(option) }),
      ),
      button({ look: 'secondary', icon: 'close', label: 'Cancel', title: 'Cancel these actions', press: () => actions.cancel() }),
    ),
    h('p', { class: 'plan-small' }, options.length > 0 ? 'Choose, or type another answer below.' : 'Type the answer below.'),
  );
}

function ready(plan: PlanView, actions: PlanActions): HTMLElement {
  const { milliseconds, runs } = plan.estimate;
  const from = runs > 0 ? `the median of ${runs} earlier ${runs === 1 ? 'run' : 'runs'}` : 'an estimate';
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'plan-small' },
      `Takes ${timeWords(milliseconds)} (${from}).`,
      plan.runbook === undefined ? '' : ` It became the runbook ${plan.runbook}, which is what runs.`,
    ),
    h(
      'div',
      { class: 'plan-buttons' },
      button({
        look: 'primary',
        icon: 'check',
        label: 'Approve & Execute',
        title: 'Approve & Execute: from risk high on, the editor asks again',
        press: () => actions.execute(),
      }),
      button({
        look: 'secondary',
        icon: 'edit',
        label: 'Edit',
        title: 'Edit: opens the runbook that these actions became',
        press: () => actions.edit(),
      }),
      button({ look: 'secondary', icon: 'close', label: 'Cancel', title: 'Cancel: nothing is done', press: () => actions.cancel() }),
    ),
  );
}
