import type { OutlineStep } from '../../protocol/lsp.ts';
import type { RunDetail, StepStatus, StepView } from '../../protocol/run.ts';
import { visible } from '../approvals/describe.ts';
import { stepLooks, stepSentence } from '../runs/words.ts';

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

/** The run may be of an older text: a step is found by its path, and has no mark when it is gone. */
export function marksOf(steps: readonly OutlineStep[], run: RunDetail): Mark[] {
  const byPath = new Map(run.steps.map((step) => [step.id, step]));
  return steps.flatMap((outlined) => {
    const step = byPath.get(outlined.path);
    const shown = step && looks[step.status];
    return shown
      ? [{ line: outlined.range.start.line, step, look: shown.look, text: `${shown.glyph} ${visible(stepSentence(step), 'line')}` }]
      : [];
  });
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
