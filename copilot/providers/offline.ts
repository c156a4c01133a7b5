import { allSteps } from '../context/definition.ts';
import type { Material } from '../context/gather.ts';
import type { Explained } from '../explain/explain.ts';
import { describeRun, describeRunbook, describeStep, listProblems } from './offline/say.ts';

/** The name under which answers by rules appear. */
export const offlineName = 'offline';

export interface OfflineAnswer {
  readonly text: string;
  /** 0 to 1; low when the rules do not know. */
  readonly confidence: number;
}

interface Topic {
  readonly name: 'help' | 'problems' | 'failure' | 'status' | 'step' | 'definition';
  readonly asked: RegExp;
  answer(material: Material, explained: Explained | undefined, question: string): OfflineAnswer;
}

const sure = (text: string): OfflineAnswer => ({ text, confidence: 0.9 });
const unsure = (text: string): OfflineAnswer => ({ text, confidence: 0.2 });

const noRunbook = 'No runbook is open, so there is nothing to look at. Open one in the editor and ask again.';

/** What the rules can answer, in the order they are tried. */
const topics: readonly Topic[] = [
  { name: 'help', asked: /^\s*(?:help|what can you do|what do you know|who are you|hello|hi)\b/i, answer: () => sure(abilities) },
  {
    name: 'problems',
    asked:
      /\b(?:diagnostics?|squiggl\w*|warnings?|invalid|valid|validate|problems? (?:are |is )?(?:in|with|of)|(?:any|which|what|list|show)(?: the)? problems?|problems?\?|what(?:'s| is) wrong (?:in|with) (?:this|the|my) (?:file|runbook|document|definition))\b/i,
    answer: (material) => (material.open === undefined ? unsure(noRunbook) : sure(listProblems(material))),
  },
  {
    name: 'failure',
    asked:
      /\b(?:why|fail\w*|error\w*|wrong|broke\w*|crash\w*|fix|happened|cause|reason|explain (?:the|this) (?:failure|error|run)|reject\w*|timed? ?out|stuck)\b/i,
    answer: (material, explained) => {
      if (explained !== undefined) return { text: failureText(material, explained), confidence: explained.confidence };
      if (material.run !== undefined) return sure(`Nothing in this run went wrong. ${describeRun(material)}`);
      const open = material.open?.diagnostics ?? [];
      const known =
        material.notes.length > 0
          ? material.notes.join(' ')
          : material.open === undefined
            ? noRunbook
            : 'No run of this runbook is known that did not end well.';
      return { text: open.length > 0 ? `${known}\n\n${listProblems(material)}` : known, confidence: 0.5 };
    },
  },
  {
    name: 'status',
    asked: /\b(?:status|state|progress|running|finished|last run|this run|that run|which step|how far|waiting)\b/i,
    answer: (material) =>
      material.run === undefined
        ? {
            text:
              material.notes.join(' ') || 'No run is chosen and none of the open runbook needs attention. The Runs view lists all of them.',
            confidence: 0.5,
          }
        : sure(describeRun(material)),
  },
  {
    name: 'step',
    asked: /\b(?:this|selected|current) step\b/i,
    answer: (material) => {
      const step = material.runbook && allSteps(material.runbook).find((entry) => entry.step.path === material.step)?.step;
      return step === undefined ? unsure('No step is selected: put the cursor into one and ask again.') : sure(describeStep(step));
    },
  },
  {
    name: 'definition',
    asked: /\b(?:what|explain|describe|summari[sz]e|overview|how does|show|tell|which|list|inputs?|steps?|risk\w*|approv\w*)\b/i,
    answer: (material, _explained, question) => {
      if (material.open === undefined) return unsure(noRunbook);
      if (material.runbook === undefined)
        return { text: `This file cannot be read as a runbook yet.\n\n${listProblems(material)}`, confidence: 0.5 };
      const named = allSteps(material.runbook).find(({ step }) => step.id !== undefined && mentions(question, step.id))?.step;
      if (named !== undefined) return sure(describeStep(named));
      // "What is the capital of France?" is a question about something else.
      return aboutRunbook.test(question) ? sure(describeRunbook(material.runbook)) : unsure(unknown);
    },
  },
];

const aboutRunbook =
  /\b(?:runbook|workflow|file|definition|document|steps?|inputs?|outputs?|secrets?|this|it|do|does|risk\w*|approv\w*)\b/i;
const mentions = (question: string, id: string) =>
  new RegExp(`(?:^|[\\s\`"'])${id.replace(/[^\w-]/g, '')}(?:$|[\\s\`"'?.,!])`, 'i').test(question);

const abilities = [
  'I answer by rules, without a model and without a network. I can tell:',
  '- **why a run failed**: the step, the cause, the lines that show it, and what to do about it;',
  '- **what a runbook or a step does**, from its definition as it stands in the editor;',
  '- **what is wrong in the open file**;',
  '- **where a run stands**.',
  '',
  'For anything else, choose a model below.',
].join('\n');

const unknown = `I do not know that: the offline rules answer only what can be read from the open runbook and its runs.\n\n${abilities}`;

function failureText(material: Material, { diagnosis }: Explained): string {
  const view = material.run?.steps.find((step) => step.id === diagnosis.step);
  const name = view?.name === undefined ? '' : ` (${view.name})`;
  const what = diagnosis.step === '' ? 'The run did not end well.' : `The step \`${diagnosis.step}\`${name} did not end well.`;
  const first = diagnosis.remedies[0];
  return `${what} ${diagnosis.cause}${first === undefined ? '' : `\n\nTo begin with: ${first}`}`;
}

/** Whether the diagnosis of the run is what is asked for. */
export const asksAboutFailure = (question: string): boolean => topics.find(({ asked }) => asked.test(question))?.name === 'failure';

/** Answers by rules alone. The same question about the same things always gets the same answer. */
export function answerOffline(question: string, material: Material, explained: Explained | undefined): OfflineAnswer {
  const topic = topics.find(({ asked }) => asked.test(question));
  return topic?.answer(material, explained, question) ?? unsure(unknown);
}
