import type { Trouble } from '../../../protocol/chat.ts';
import { button } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import './trouble.css';

export interface TroubleActions {
  retry(): void;
  setKey(): void;
  goOffline(): void;
}

/** Why no whole answer came, and the ways on. */
export function troubleCard(trouble: Trouble, actions: TroubleActions): HTMLElement {
  const aboutKey = trouble.code === 'model-key' || trouble.code === 'model-key-missing';
  const aboutModel = trouble.code.startsWith('model-');
  return h(
    'div',
    { class: 'trouble' },
    icon('warning'),
    h(
      'div',
      { class: 'trouble-text' },
      h('p', {}, h('strong', {}, trouble.message)),
      h('p', {}, trouble.remedy),
      h(
        'div',
        { class: 'trouble-actions' },
        aboutKey && button({ look: 'primary', icon: 'key', label: 'Set API Key', press: () => actions.setKey() }),
        button({ look: aboutKey ? 'secondary' : 'primary', icon: 'refresh', label: 'Retry', press: () => actions.retry() }),
        aboutModel && button({ look: 'secondary', label: 'Use Offline Rules', press: () => actions.goOffline() }),
      ),
    ),
  );
}
