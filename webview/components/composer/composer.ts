import type { ProviderKind, ProviderView, Upcoming } from '../../../protocol/chat.ts';
import { button, choice, textBox } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import { ContextChips } from '../context/context.ts';
import './composer.css';

export interface ComposerActions {
  ask(text: string): void;
  stop(): void;
  setProvider(kind: ProviderKind): void;
  setKey(): void;
  testModel(): void;
  forgetRun(): void;
  keepDraft(text: string): void;
}

const kinds: readonly ProviderKind[] = ['offline', 'vscode', 'openai'];

/** Where a question is written: above it what goes with it, below it who will answer. */
export class Composer {
  readonly element: HTMLElement;
  readonly #actions: ComposerActions;
  readonly #chips = new ContextChips('Context of the next question');
  readonly #notes = h('p', { class: 'notes', hidden: '' });
  readonly #box;
  readonly #provider;
  readonly #key;
  readonly #test;
  readonly #send;
  readonly #stop;
  #busy = false;

  constructor(actions: ComposerActions, draft: string) {
    this.#actions = actions;
    this.#box = textBox({
      label: 'Question',
      placeholder: 'Ask about this runbook or its last run',
      change: (text) => this.#changed(text),
      key: (event) => this.#keyed(event),
    });
    this.#box.text = draft;
    this.#provider = choice({
      label: 'Who answers',
      choose: (kind) => actions.setProvider(kinds.find((known) => known === kind) ?? 'offline'),
    });
    this.#key = button({ look: 'icon', icon: 'key', label: 'Set API key', class: 'key', press: () => actions.setKey() });
    this.#test = button({ look: 'icon', icon: 'beaker', label: 'Test the model', class: 'key', press: () => actions.testModel() });
    this.#send = button({ look: 'icon', icon: 'send', label: 'Send', title: 'Send (Enter)', class: 'send', press: () => this.#submit() });
    this.#stop = button({
      look: 'icon',
      icon: 'debug-stop',
      label: 'Stop',
      title: 'Stop (Escape)',
      class: 'stop',
      press: () => actions.stop(),
    });
    this.element = h(
      'footer',
      { class: 'composer' },
      this.#chips.element,
      this.#notes,
      h(
        'div',
        { class: 'composer-box' },
        this.#box.element,
        h(
          'div',
          { class: 'composer-bar' },
          this.#provider.element,
          this.#key,
          this.#test,
          h('span', { class: 'space' }),
          this.#send,
          this.#stop,
        ),
      ),
    );
    this.busy(false);
  }

  focus(): void {
    this.#box.focus();
  }

  busy(busy: boolean): void {
    this.#busy = busy;
    this.#send.hidden = busy;
    this.#stop.hidden = !busy;
    this.#showSend();
  }

  provider(provider: ProviderView): void {
    this.#provider.show(
      [
        { value: 'offline', label: 'Offline rules' },
        { value: 'vscode', label: provider.kind === 'vscode' ? provider.label : 'A model of VS Code…' },
        { value: 'openai', label: provider.kind === 'openai' ? provider.label : 'A model by its address…' },
      ],
      provider.kind,
    );
    this.#provider.element.title =
      provider.kind === 'offline' ? 'Who answers: rules on this machine' : `Who answers: ${provider.label} at ${provider.endpoint ?? ''}`;
    this.#key.hidden = provider.kind !== 'openai';
    this.#test.hidden = provider.kind === 'offline';
    const said = `${provider.hasKey ? 'Change' : 'Set'} the API key for ${provider.endpoint ?? 'the endpoint'}`;
    this.#key.title = said;
    this.#key.setAttribute('aria-label', said);
    this.#key.classList.toggle('missing', !provider.hasKey);
  }

  upcoming(upcoming: Upcoming): void {
    const { runbook, run } = upcoming;
    const about: HTMLElement[] = [];
    if (runbook !== undefined)
      about.push(h('span', { class: 'about', title: `About ${runbook}` }, icon('notebook'), h('span', { class: 'name' }, runbook)));
    if (run?.chosen === true)
      about.push(
        button({
          look: 'secondary',
          icon: 'close',
          label: `Run ${run.id.slice(0, 8)}`,
          title: `Run ${run.id} was chosen; go back to the last one that failed`,
          class: 'chip',
          press: () => this.#actions.forgetRun(),
        }),
      );
    this.#chips.show(upcoming.context, about);
    this.#notes.hidden = upcoming.notes.length === 0;
    this.#notes.textContent = upcoming.notes.join(' ');
  }

  closeContext(): boolean {
    return this.#chips.close();
  }

  #changed(text: string): void {
    this.#actions.keepDraft(text);
    this.#showSend();
  }

  #showSend(): void {
    this.#send.toggleAttribute('disabled', this.#box.text.trim() === '');
  }

  #keyed(event: KeyboardEvent): void {
    // Enter also ends the composition of a character; that one is not a wish to send.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit(): void {
    const text = this.#box.text.trim().slice(0, 20_000);
    if (text === '' || this.#busy) return;
    this.#box.text = '';
    this.#changed('');
    this.#actions.ask(text);
    this.#box.focus();
  }
}
