import { button, textBox } from '../../controls.ts';
import { h } from '../../dom.ts';

/** A question as it was asked, which can be asked again in other words. */
export class QuestionView {
  readonly element = h('div', { class: 'asked' });
  readonly #text: string;
  readonly #resend: (text: string) => void;
  readonly #edit: HTMLElement;

  constructor(text: string, resend: (text: string) => void) {
    this.#text = text;
    this.#resend = resend;
    this.#edit = button({
      look: 'icon',
      icon: 'edit',
      label: 'Edit and send again',
      title: 'Edit and send again: this answer and all below it go',
      class: 'edit-question',
      press: () => this.#open(),
    });
    this.#show();
  }

  #show(): void {
    this.element.classList.remove('editing');
    this.element.replaceChildren(this.#edit, h('h2', { class: 'question' }, this.#text));
  }

  #close(): void {
    this.#show();
    this.#edit.focus();
  }

  #open(): void {
    const area = textBox({
      label: 'Question to send again',
      placeholder: 'Question',
      change: () => undefined,
      key: (event) => {
        if (event.key === 'Escape') {
          // The page would stop an answer with it.
          event.stopPropagation();
          this.#close();
        } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          send();
        }
      },
    });
    const send = () => {
      const text = area.text.trim().slice(0, 20_000);
      if (text !== '') this.#resend(text);
    };
    area.text = this.#text;
    area.element.setAttribute('rows', String(Math.min(8, this.#text.split('\n').length + 1)));
    this.element.classList.add('editing');
    this.element.replaceChildren(
      area.element,
      h(
        'div',
        { class: 'edit-buttons' },
        button({ look: 'primary', icon: 'send', label: 'Send', title: 'Send again: this answer and all below it go', press: send }),
        button({ look: 'secondary', label: 'Cancel', title: 'Cancel: leave the question as it is', press: () => this.#close() }),
      ),
    );
    area.focus();
  }
}
