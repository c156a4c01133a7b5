import DOMPurify, { type Config } from 'dompurify';
import { Marked } from 'marked';
import { button } from '../../controls.ts';
import { h } from '../../dom.ts';
import { highlight } from './highlight.ts';
import { stableEnd } from './split.ts';
import './markdown.css';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const asText = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);

/** HTML in an answer is shown as the text it is, a picture as its description. */
const marked = new Marked({
  gfm: true,
  breaks: false,
  async: false,
  renderer: { html: ({ text }) => asText(text), image: ({ text }) => asText(text) },
});

/** Behind that, whatever the parser makes of an answer: text, lists, tables, code and links to the web; no picture, no form, no style, no address that does something. */
const allowed: Config = {
  ALLOWED_TAGS: [
    'a',
    'b',
    'blockquote',
    'br',
    'code',
    'del',
    'em',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
    'i',
    'li',
    'ol',
    'p',
    'pre',
    'strong',
    'table',
    'tbody',
    'td',
    'th',
    'thead',
    'tr',
    'ul',
  ],
  // Of a class the language of a block of code is read, and it goes.
  ALLOWED_ATTR: ['href', 'title', 'start', 'align', 'class'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^https?:\/\//i,
  RETURN_DOM_FRAGMENT: true,
};

/** Renders Markdown that may come from anybody; what still grows is not highlighted each time. */
function render(markdown: string, whole = true): DocumentFragment {
  const html = marked.parse(markdown) as string;
  const fragment = DOMPurify.sanitize(html, { ...allowed, RETURN_DOM_FRAGMENT: true });
  for (const element of fragment.querySelectorAll('[class]')) {
    const language = element.localName === 'code' ? /^language-([\w+#-]{1,20})$/.exec(element.className)?.[1] : undefined;
    element.removeAttribute('class');
    if (whole && language !== undefined) highlight(element, language);
  }
  for (const code of fragment.querySelectorAll('pre')) frame(code);
  for (const table of fragment.querySelectorAll('table')) {
    const box = h('div', { class: 'table', tabindex: '0', role: 'group', 'aria-label': 'Table' });
    table.replaceWith(box);
    box.append(table);
  }
  for (const link of fragment.querySelectorAll('a[href]')) link.setAttribute('title', link.getAttribute('href') ?? '');
  return fragment;
}

/** Puts a copy button to a block of code, which can be scrolled by keyboard too. */
function frame(code: HTMLElement): void {
  const box = h('div', { class: 'code' });
  code.replaceWith(box);
  code.tabIndex = 0;
  code.setAttribute('role', 'group');
  code.setAttribute('aria-label', 'Code');
  box.append(
    code,
    copyButton('Copy code', () => code.textContent ?? ''),
  );
}

/** Says for a moment that it has copied. */
export function copyButton(label: string, text: () => string): HTMLElement {
  const element = button({
    look: 'icon',
    icon: 'copy',
    label,
    class: 'copy',
    press: () =>
      void navigator.clipboard.writeText(text()).then(
        () => flash('check', 'Copied'),
        () => flash('error', 'Copying failed'),
      ),
  });
  const flash = (name: string, said: string) => {
    const mark = element.querySelector('.codicon');
    if (mark === null) return;
    mark.className = `codicon codicon-${name}`;
    element.setAttribute('aria-label', said);
    setTimeout(() => {
      mark.className = 'codicon codicon-copy';
      element.setAttribute('aria-label', label);
    }, 1500);
  };
  return element;
}

/**
 * Markdown that grows: blocks that are complete are rendered once, and only the last one again, at most once a frame.
 * `finish` renders the whole, so that a cut in the wrong place leaves no trace.
 */
export class GrowingMarkdown {
  readonly element = h('div', { class: 'markdown' });
  #text = '';
  #stable = 0;
  #tail: ChildNode[] = [];
  #frame: number | undefined;

  get text(): string {
    return this.#text;
  }

  append(text: string): void {
    this.#text += text;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#paint();
    });
  }

  finish(text: string): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#text = text;
    this.#stable = 0;
    this.#tail = [];
    this.element.replaceChildren(render(text));
  }

  #paint(): void {
    for (const node of this.#tail) node.remove();
    const end = stableEnd(this.#text, this.#stable);
    if (end > this.#stable) this.element.append(render(this.#text.slice(this.#stable, end)));
    this.#stable = end;
    const rest = render(this.#text.slice(end), false);
    this.#tail = [...rest.childNodes];
    this.element.append(rest);
  }
}
