import type { OutlineStep } from '../../protocol/lsp.ts';
import type { RunDetail, StepStatus, StepView } from '../../protocol/run.ts';
import { visible } from '../approvals/describe.ts';
import { plural, stepLooks, stepSentence } from '../runs/words.ts';
import { stepFinder } from './steps.ts';

/** How a step of the document stands in its newest run. `line` is 0-based, in the document as it is now. */
export interface Mark {
  readonly line: number;
  readonly step: StepView;
  readonly look: MarkLook;
  readonly text: string;
}

export const markLooks = ['running', 'succeeded', 'failed', 'waiting', 'unknown', 'passed'] as const;
export type MarkLook = (typeof markLooks)[number];

const looks: Readonly<Record<StepStatus, { readonly look: MarkLook; readonly glyph: string } | undefined>> = {
  pending: undefined,
  waiting_approval: { look: 'waiting', glyph: '‖' },
  running: { look: 'running', glyph: '●' },
  succeeded: { look: 'succeeded', glyph: '✓' },
  failed: { look: 'failed', glyph: '✗' },
  skipped: { look: 'passed', glyph: '–' },
  cancelled: { look: 'passed', glyph: '–' },
  undone: { look: 'passed', glyph: '–' },
  unknown: { look: 'unknown', glyph: '?' },
};

/** Marks in the runbook `file`, which may be one that the run has called. The run may be of an older text: a step is found by its path, and has no mark when it is gone. */
export function marksOf(steps: readonly OutlineStep[], run: RunDetail, file = run.file): Mark[] {
  const find = stepFinder(steps);
  const here = run.steps.filter((step) => (step.file ?? run.file) === file);
  const byPath = Map.groupBy(here, (step) => find(step.id)?.path);
  return steps.flatMap((outlined) => {
    const instances = byPath.get(outlined.path) ?? [];
    const step = mostTelling(instances);
    const shown = step && looks[step.status];
    if (!shown) return [];
    const text = instances.length === 1 ? stepSentence(step) : instancesSentence(instances, step);
    return [{ line: outlined.range.start.line, step, look: shown.look, text: `${shown.glyph} ${visible(text, 'line')}` }];
  });
}

const telling: readonly StepStatus[] = [
  'failed',
  'unknown',
  'waiting_approval',
  'running',
  'undone',
  'succeeded',
  'cancelled',
  'skipped',
  'pending',
];

/** Of the instances that a loop makes of one step, the newest of those that a person wants to know about first. */
function mostTelling(instances: readonly StepView[]): StepView | undefined {
  for (const status of telling) {
    const found = instances.findLast((step) => step.status === status);
    if (found) return found;
  }
  return undefined;
}

/** `2 of 5 failed: …`, `3 of 5 done`. */
function instancesSentence(instances: readonly StepView[], shown: StepView): string {
  const same = instances.filter(({ status }) => status === shown.status).length;
  const done = instances.filter(({ finishedAt, status }) => finishedAt !== undefined || status === 'skipped').length;
  const word = same > 1 ? plural(stepLooks[shown.status].word) : stepLooks[shown.status].word;
  if (shown.status === 'running') return `running, ${done} of ${instances.length} done`;
  return `${same} of ${instances.length} ${stepSentence(shown).startsWith('failed:') ? stepSentence(shown) : word}`;
}

/** What the hover over a mark tells, as plain text. */
export function markDetails(mark: Mark, run: RunDetail): string {
  const { step } = mark;
  return [
    // A failure is told by the problem on the same line, whose hover stands above this one.
    `${step.name ?? step.id}: ${mark.look === 'failed' ? stepLooks.failed.word : stepSentence(step)}`,
    step.error && mark.look !== 'failed' ? `${step.error.message}\n${step.error.remedy}` : undefined,
    step.exitCode === undefined ? undefined : `Exit code: ${step.exitCode}`,
    step.attempts > 1 ? `Attempts: ${step.attempts}` : undefined,
    step.startedAt ? `Started: ${new Date(step.startedAt).toLocaleString()}` : undefined,
    ...Object.entries(step.outputs ?? {}).map(
      ([name, value]) => `${name}: ${shorten(typeof value === 'string' ? value : JSON.stringify(value))}`,
    ),
    `Run: ${run.id}`,
  ]
    .filter((line) => line !== undefined)
    .map((line) => visible(line))
    .join('\n');
}

function shorten(text: string, limit = 600): string {
  return text.length > limit ? `${text.slice(0, limit)} … (${text.length - limit} more characters)` : text;
}
