import type { ProposalView } from '../../../protocol/chat.ts';
import { button } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import { copyButton } from '../markdown/markdown.ts';
import { diffLines } from './lines.ts';
import type { ShownDiff } from './monaco.ts';
import './proposal.css';

export interface ProposalActions {
  apply(): void;
  open(): void;
  discard(): void;
}

const marks = { open: undefined, applied: 'applied', discarded: 'discarded', stale: 'out of date' } as const;

/** A proposed change: what it is, both texts side by side in an editor or as plain lines, and what a person may do with it. */
export class ProposalCard {
  readonly element: HTMLElement;
  readonly #actions: ProposalActions;
  readonly #head = h('div', { class: 'proposal-head' });
  readonly #editor = h('div', { class: 'proposal-editor', hidden: '' });
  readonly #lines = h('div', { class: 'proposal-lines', tabindex: '0', role: 'group', 'aria-label': 'Changed lines' });
  readonly #box = h('div', { class: 'proposal-box' });
  readonly #end = h('div', {});
  #diff: ShownDiff | undefined;
  #view: ProposalView;
  /** A person wants the plain lines, or there is no editor. */
  #plain = false;
  #folded = false;
  #disposed = false;

  constructor(view: ProposalView, actions: ProposalActions, said: string) {
    this.#view = view;
    this.#actions = actions;
    this.element = h(
      'section',
      { class: 'proposal', 'aria-label': `${titleOf(view)} ${view.file}` },
      this.#head,
      // What the answer above says already is not said again.
      said.includes(view.summary) ? undefined : h('p', { class: 'proposal-summary' }, view.summary),
      view.problems.length === 0 ? undefined : problems(view.problems),
      this.#box,
      this.#end,
    );
    this.#folded = view.state !== 'open';
    this.#box.append(this.#editor, this.#lines);
    this.#fill();
    this.#draw();
  }

  update(view: ProposalView): void {
    if (view.state !== this.#view.state) this.#folded = view.state !== 'open';
    this.#view = view;
    this.#draw();
  }

  dispose(): void {
    this.#disposed = true;
    this.#diff?.dispose();
  }

  /** The plain lines are there at once; the editor is loaded when it is to be seen first. */
  #fill(): void {
    const { before, after } = this.#view;
    this.#lines.replaceChildren(
      ...diffLines(before, after).map(({ kind, text }) =>
        h('div', { class: `line ${kind}` }, kind === 'skipped' ? text : [said[kind], text].join(' ')),
      ),
    );
  }

  async #load(): Promise<void> {
    if (this.#diff !== undefined || this.#plain) return;
    try {
      const { showDiff } = await loadEditor();
      if (this.#disposed || this.#plain || this.#folded || this.#diff !== undefined) return;
      this.#editor.hidden = false;
      this.#diff = showDiff(this.#editor, this.#view.before, this.#view.after, `${titleOf(this.#view)} ${this.#view.file}`);
    } catch {
      this.#plain = true;
    }
    this.#draw();
  }

  #draw(): void {
    const view = this.#view;
    const mark = marks[view.state];
    const kept = view.after !== '' || view.before !== '';
    this.#box.hidden = this.#folded || !kept;
    this.#editor.hidden = this.#plain || this.#diff === undefined;
    this.#lines.hidden = !this.#editor.hidden;
    this.#head.replaceChildren(
      icon(view.kind === 'new' ? 'new-file' : 'diff'),
      h('strong', {}, titleOf(view)),
      h('code', {}, view.file),
      ...(mark === undefined ? [] : [h('span', { class: 'mark' }, mark)]),
      h('span', { class: 'proposal-tools' }, ...(kept ? this.#tools(view) : [])),
    );
    this.#end.replaceChildren(
      ...(view.note === undefined ? [] : [h('p', { class: 'proposal-note', role: 'status' }, view.note)]),
      ...(view.state === 'open' ? [this.#buttons(view)] : []),
    );
    if (!this.#box.hidden) void this.#load();
  }

  #tools(view: ProposalView): HTMLElement[] {
    const fold = button({
      look: 'icon',
      icon: this.#folded ? 'chevron-down' : 'chevron-up',
      label: this.#folded ? 'Show the change' : 'Hide the change',
      press: () => {
        this.#folded = !this.#folded;
        this.#draw();
      },
    });
    if (this.#folded) return [fold];
    const text = button({
      look: 'icon',
      icon: this.#plain ? 'diff-single' : 'list-flat',
      label: this.#plain ? 'Show in an editor' : 'Show as plain lines',
      press: () => {
        this.#plain = !this.#plain;
        this.#draw();
        if (this.#plain) this.#lines.focus();
      },
    });
    return [text, copyButton('Copy the whole text', () => view.after), ...(view.state === 'open' ? [] : [fold])];
  }

  #buttons({ kind, problems }: ProposalView): HTMLElement {
    const wrong = problems.some(({ severity }) => severity === 'error');
    const word = kind === 'new' ? 'Create' : 'Apply';
    return h(
      'div',
      { class: 'proposal-buttons' },
      button({
        look: wrong ? 'secondary' : 'primary',
        icon: 'check',
        label: wrong ? `${word} Anyway` : word,
        title: `${wrong ? `${word} Anyway` : word}: ${kind === 'new' ? 'makes the file and opens it' : 'changes the file, as one step to undo'}`,
        press: () => this.#actions.apply(),
      }),
      button({
        look: 'secondary',
        icon: 'go-to-file',
        label: kind === 'new' ? 'Open in Editor' : 'Open as Diff Editor',
        title: kind === 'new' ? 'Open in Editor: nothing is created' : 'Open as Diff Editor: nothing is applied',
        press: () => this.#actions.open(),
      }),
      button({ look: 'secondary', icon: 'close', label: 'Discard', title: 'Discard this proposal', press: () => this.#actions.discard() }),
    );
  }
}

const said = { same: ' ', removed: '-', added: '+' } as const;
const titleOf = ({ kind }: ProposalView): string => (kind === 'new' ? 'New runbook' : 'Change of');

function problems(found: ProposalView['problems']): HTMLElement {
  const wrong = found.some(({ severity }) => severity === 'error');
  return h(
    'div',
    { class: `proposal-problems${wrong ? ' wrong' : ''}` },
    h('p', {}, icon(wrong ? 'error' : 'warning'), wrong ? ' It is not valid yet:' : ' To look at:'),
    h('ul', {}, ...found.map(({ line, message }) => h('li', {}, `Line ${line}: ${message}`))),
  );
}

let editor: Promise<typeof import('./monaco.ts')> | undefined;
/** Once for all; one that could not be loaded is tried again with the next proposal. */
function loadEditor(): Promise<typeof import('./monaco.ts')> {
  editor ??= Promise.all([import('./monaco.ts'), loadStyle('diff.css')]).then(([module]) => module);
  editor.catch(() => {
    editor = undefined;
  });
  return editor;
}

function loadStyle(file: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const link = h('link', { rel: 'stylesheet', href: new URL(file, import.meta.url).href });
  link.addEventListener('load', () => resolve());
  link.addEventListener('error', () => reject(new Error(`${file} was not loaded.`)));
  document.head.append(link);
  return promise;
}
