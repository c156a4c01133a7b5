import type { ToolCallView } from '../../../protocol/chat.ts';
import { h, icon } from '../../dom.ts';
import './calls.css';

/** What a model looked at or asked for, each with the exact words; what was refused says so. Opened ones stay open while more come. */
export class ToolCalls {
  readonly element = h('div', { class: 'calls', role: 'group', 'aria-label': 'What the model used', hidden: '' });
  #shown: readonly ToolCallView[] = [];

  show(calls: readonly ToolCallView[]): void {
    const same = this.#shown.every((call, index) => call.summary === calls[index]?.summary && call.result === calls[index]?.result);
    if (!same || calls.length < this.#shown.length) this.element.replaceChildren();
    for (const call of calls.slice(this.element.childElementCount)) this.element.append(callView(call));
    this.element.hidden = calls.length === 0;
    this.#shown = calls;
  }
}

function callView({ name, input, summary, refused, result }: ToolCallView): HTMLElement {
  const mark = refused === undefined ? [] : [h('span', { class: 'call-refused' }, 'not done')];
  return h(
    'details',
    { class: refused === undefined ? 'call' : 'call refused' },
    h('summary', {}, icon(refused === undefined ? 'tools' : 'circle-slash'), h('span', { class: 'call-summary' }, summary), ...mark),
    refused === undefined ? undefined : h('p', { class: 'call-why' }, refused),
    block(`Asked for: ${name}`, input === '' ? '{}' : input),
    result === '' ? h('p', { class: 'call-why' }, 'What older answers were given is not kept.') : block('What the model was told', result),
  );
}

const block = (label: string, text: string): HTMLElement =>
  h('div', {}, h('p', { class: 'call-label' }, label), h('pre', { tabindex: '0', role: 'group', 'aria-label': label }, text));
