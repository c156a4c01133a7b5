import type { DiagnosisView } from '../../../protocol/chat.ts';
import { button } from '../../controls.ts';
import { h, icon } from '../../dom.ts';
import './failure.css';

/** An explained failure: where, what kind, why, how one can see it, what to do. */
export function failureCard(diagnosis: DiagnosisView, reveal: (step: string) => void): HTMLElement {
  const step =
    diagnosis.step !== '' &&
    button({
      look: 'secondary',
      icon: 'go-to-file',
      label: diagnosis.step,
      title: `Show the step ${diagnosis.step} in the editor`,
      class: 'failure-step',
      press: () => reveal(diagnosis.step),
    });
  return h(
    'section',
    { class: 'failure', 'aria-label': diagnosis.step === '' ? 'Explained failure' : `Explained failure of the step ${diagnosis.step}` },
    h('div', { class: 'failure-head' }, icon('error'), step, h('span', { class: 'failure-class' }, diagnosis.class)),
    part('Cause', h('p', { class: 'failure-cause' }, ...withCode(diagnosis.cause))),
    diagnosis.evidence !== '' &&
      part(
        'Evidence',
        h('pre', { class: 'failure-evidence', tabindex: '0', role: 'group', 'aria-label': 'Evidence from the run' }, diagnosis.evidence),
      ),
    diagnosis.remedies.length > 0 &&
      part('What to do', h('ol', { class: 'failure-remedies' }, ...diagnosis.remedies.map((remedy) => h('li', {}, ...withCode(remedy))))),
  );
}

const part = (title: string, content: HTMLElement): HTMLElement => h('div', { class: 'failure-part' }, h('h3', {}, title), content);

/** Text in which `code` stands between backticks; nothing else of Markdown, as parts of it come from the run. */
const withCode = (text: string): (Node | string)[] =>
  text.split('`').map((piece, index) => (index % 2 === 1 ? h('code', {}, piece) : piece));
