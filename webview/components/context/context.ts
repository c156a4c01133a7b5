import type { ContextChip } from '../../../protocol/chat.ts';
import { button } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import { copyButton } from '../markdown/markdown.ts';
import { chipTitle, factsOf, hiddenCount, lookOf, shortSize } from './words.ts';
import './context.css';

let panels = 0;

/** A row of chips; pressing one shows the exact text below the row, pressing it again hides it. */
export class ContextChips {
  readonly element: HTMLElement;
  readonly #row = h('div', { class: 'chips', role: 'group' });
  readonly #panel = h('div', { class: 'context-text', hidden: '', id: `context-${++panels}` });
  #chips: readonly ContextChip[] = [];
  #open: string | undefined;

  constructor(label: string) {
    this.#row.setAttribute('aria-label', label);
    this.element = h('div', { class: 'context' }, this.#row, this.#panel);
  }

  /** `before` stands in front of the chips, such as the name of the runbook. */
  show(chips: readonly ContextChip[], before: readonly HTMLElement[] = []): void {
    this.#chips = chips;
    this.element.hidden = chips.length === 0 && before.length === 0;
    this.#row.replaceChildren(...before, ...chips.map((chip) => this.#chip(chip)));
    this.#showText();
  }

  /** @returns whether there was something to close. */
  close(): boolean {
    const open = this.#open !== undefined;
    if (open) this.#toggle(undefined);
    return open;
  }

  #chip(chip: ContextChip): HTMLElement {
    const { name, icon: picture } = lookOf(chip.heading);
    const element = button({
      look: 'secondary',
      icon: picture,
      label: name,
      title: chipTitle(chip),
      class: 'chip',
      press: () => this.#toggle(chip.heading),
    });
    element.dataset.heading = chip.heading;
    element
      .querySelector('.button-content')
      ?.append(' ', h('span', { class: 'size' }, shortSize(chip.characters)), ...(hiddenCount(chip) > 0 ? [icon('eye-closed')] : []));
    element.setAttribute('aria-expanded', String(this.#open === chip.heading));
    return element;
  }

  #toggle(heading: string | undefined): void {
    this.#open = this.#open === heading ? undefined : heading;
    for (const element of this.#row.querySelectorAll<HTMLElement>('.chip'))
      element.setAttribute('aria-expanded', String(this.#open === element.dataset.heading));
    this.#showText();
  }

  #showText(): void {
    const chip = this.#chips.find(({ heading }) => heading === this.#open);
    this.#panel.hidden = chip === undefined;
    if (chip === undefined) {
      this.#panel.replaceChildren();
      this.#open = undefined;
      return;
    }
    this.#panel.replaceChildren(
      h(
        'div',
        { class: 'context-head' },
        h('p', { class: 'context-facts' }, factsOf(chip)),
        chip.text !== '' && copyButton('Copy this text', () => chip.text),
      ),
      chip.text === ''
        ? h('p', { class: 'context-facts' }, 'The text of older answers is not kept.')
        : h('pre', { tabindex: '0', role: 'group', 'aria-label': `Exact text: ${lookOf(chip.heading).name}` }, chip.text),
    );
  }
}
