import {
  Button,
  Dropdown,
  provideVSCodeDesignSystem,
  TextArea,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextArea,
} from '@vscode/webview-ui-toolkit';
import { h, icon } from './dom.ts';

// The only file that knows the toolkit: a successor of it is put in here.

/** The toolkit draws like older editors; these are the corners, text and heights of today. */
const tokens = {
  '--corner-radius': '4',
  '--corner-radius-round': '4',
  '--type-ramp-base-font-size': 'var(--vscode-font-size, 13px)',
  '--input-height': '26',
  '--button-icon-corner-radius': '4px',
} as const;

export function startControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing(), vsCodeTextArea());
  for (const [name, value] of Object.entries(tokens)) document.body.style.setProperty(name, value);
}

export interface ButtonOptions {
  readonly look: 'primary' | 'secondary' | 'icon';
  readonly label: string;
  /** A codicon before the label, or the whole of an icon button. */
  readonly icon?: string;
  /** Longer than the label, for the pointer and for screen readers. */
  readonly title?: string;
  readonly class?: string;
  press(): void;
}

export function button(options: ButtonOptions): HTMLElement {
  const element = new Button();
  element.setAttribute('appearance', options.look);
  if (options.class !== undefined) element.className = options.class;
  if (options.look === 'icon') element.append(icon(options.icon ?? 'circle'));
  else
    element.append(
      h(
        // Not a span: the toolkit shrinks those to the size of an icon.
        'div',
        { class: 'button-content' },
        options.icon !== undefined && icon(options.icon),
        h('span', { class: 'button-label' }, options.label),
      ),
    );
  const title = options.title ?? (options.look === 'icon' ? options.label : undefined);
  if (title !== undefined) element.title = title;
  element.setAttribute('aria-label', options.title ?? options.label);
  element.addEventListener('click', () => options.press());
  return element;
}

export interface TextBox {
  readonly element: HTMLElement;
  text: string;
  focus(): void;
}

/** A text area that grows with its text. */
export function textBox(options: {
  readonly label: string;
  readonly placeholder: string;
  change(text: string): void;
  key(event: KeyboardEvent): void;
}): TextBox {
  const element = new TextArea();
  element.setAttribute('placeholder', options.placeholder);
  element.setAttribute('rows', '1');
  element.addEventListener('input', () => options.change(element.value));
  element.addEventListener('keydown', (event) => options.key(event));
  // The toolkit names it when it is put into the page, so ours is set after that.
  queueMicrotask(() => element.setAttribute('aria-label', options.label));
  return {
    element,
    get text() {
      return element.value;
    },
    set text(text) {
      element.value = text;
    },
    focus: () => element.focus(),
  };
}

export interface Choice {
  readonly element: HTMLElement;
  show(items: readonly { readonly value: string; readonly label: string }[], chosen: string): void;
}

export function choice(options: { readonly label: string; choose(value: string): void }): Choice {
  const element = new Dropdown();
  element.setAttribute('aria-label', options.label);
  element.setAttribute('position', 'above');
  element.title = options.label;
  element.addEventListener('change', () => options.choose(element.value));
  return {
    element,
    show(items, chosen) {
      element.replaceChildren(...items.map(({ value, label }) => option(value, label, value === chosen)));
      element.value = chosen;
    },
  };
}

function option(value: string, label: string, selected: boolean): HTMLElement {
  const element = document.createElement('vscode-option');
  element.setAttribute('value', value);
  if (selected) element.setAttribute('selected', '');
  element.textContent = label;
  return element;
}

export const progress = (): HTMLElement => {
  const ring = document.createElement('vscode-progress-ring');
  ring.setAttribute('aria-hidden', 'true');
  return ring;
};
