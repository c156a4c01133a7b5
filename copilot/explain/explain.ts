import { stripVTControlCharacters } from 'node:util';
import type { ApprovalView, RunDetail, StepView } from '../../protocol/run.ts';
import { parseDuration } from '../../runbook/core/duration.ts';
import type { ErrorClass } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { patternOf } from '../../runbook/core/nested.ts';
import { allSteps } from '../context/definition.ts';
import type { StepOutput } from '../context/instance.ts';
import { Masker } from '../context/mask.ts';
import type { Diagnosis, Failure, Pattern } from './pattern.ts';
import { patterns } from './patterns.ts';

export interface Explained {
  readonly diagnosis: Diagnosis;
  /** The pattern that fitted; `none` when only the error's own words are known. */
  readonly pattern: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** The remedy that is a change of the runbook, as a request for an edit. */
  readonly fix?: string;
}

/**
 * Says why a run did not end well, from rules alone: the same run always gets the same answer.
 * @param step a step's path; without it, or when that one is fine, the first that failed for good.
 * @returns undefined when nothing in the run went wrong.
 */
export function explain(run: RunDetail, outputs: readonly StepOutput[], runbook?: Runbook, step?: string): Explained | undefined {
  const wrong = run.steps.filter((view) => view.status === 'failed' || view.status === 'unknown' || view.error !== undefined);
  const goesOn = new Set(
    runbook === undefined ? [] : allSteps(runbook).flatMap(({ step: defined }) => (defined.onError === 'continue' ? [defined.path] : [])),
  );
  // What was allowed to fail did not end the run, where something else did.
  const first = [...wrong].sort(
    (a, b) =>
      Number(goesOn.has(patternOf(a.id))) - Number(goesOn.has(patternOf(b.id))) ||
      (a.finishedAt ?? '').localeCompare(b.finishedAt ?? '') ||
      Number(containers.has(a.verb)) - Number(containers.has(b.verb)),
  )[0];
  // What is around a step that failed has failed with it; the reason is inside.
  const view = wrong.find((candidate) => candidate.id === step && !containers.has(candidate.verb)) ?? first;
  const refused = run.approvals.find((approval) => approval.status === 'rejected' || approval.status === 'expired');
  if (view !== undefined && view.id !== refused?.step) return explainStep(failureOf(view, run, outputs, runbook));
  if (refused !== undefined) return explainRefusal(refused);
  const error = run.errors[0];
  return (
    error && {
      pattern: 'none',
      confidence: 0.5,
      diagnosis: {
        step: error.step ?? '',
        class: error.class as ErrorClass,
        cause: error.message,
        evidence: error.code,
        remedies: [error.remedy],
      },
    }
  );
}

const containers: ReadonlySet<string> = new Set(['parallel', 'for-each', 'repeat', 'switch', 'call']);

function failureOf(view: StepView, run: RunDetail, outputs: readonly StepOutput[], runbook: Runbook | undefined): Failure {
  const printed = outputs.find((output) => output.activityId === view.id);
  const recorded = run.errors.find((error) => error.step === view.id);
  const step = { ...view, error: view.error ?? recorded ?? (view.status === 'unknown' ? unknownOutcome : undefined) };
  const said = /\banswered with (\d{3})\b/.exec(step.error?.message ?? '')?.[1];
  const status = step.error?.code === 'http-status' ? Number(view.outputs?.status ?? said) : Number.NaN;
  return {
    step,
    output: stripVTControlCharacters(
      [printed?.stderr ?? '', printed?.stdout ?? '']
        .filter((text) => text !== '')
        .map((text) => text.slice(-searched))
        .join('\n'),
    ),
    httpStatus: Number.isInteger(status) ? status : undefined,
    definition: runbook === undefined ? undefined : allSteps(runbook).find((entry) => entry.step.path === patternOf(view.id))?.step,
  };
}

const unknownOutcome = { code: 'outcome-unknown', class: 'unknown', message: 'The engine ended while this step ran.', remedy: '' };

function explainStep(failure: Failure): Explained {
  for (const pattern of patterns) {
    const match = matches(pattern, failure);
    if (match !== undefined)
      return {
        pattern: pattern.id,
        confidence: pattern.confidence ?? 0.9,
        diagnosis: diagnose(pattern, failure, match),
        ...(pattern.fix === undefined ? {} : { fix: fixOf(pattern.fix, failure) }),
      };
  }
  const { error } = failure.step;
  return {
    pattern: 'none',
    confidence: 0.3,
    diagnosis: {
      step: failure.step.id,
      class: (error?.class ?? 'unknown') as ErrorClass,
      cause: error?.message ?? 'The step failed, and the run says no more about it.',
      evidence: evidence(failure, undefined),
      remedies: [error?.remedy || 'See the step’s output in the Runs view.'],
    },
  };
}

/** A step inside others is named by its own id: that is where the change goes. */
function fixOf(fix: string, { step, definition }: Failure): string {
  const limit = definition?.timeout;
  const read = limit === undefined ? undefined : parseDuration(limit);
  // Twice and a half the time: enough to see whether time was the reason.
  const longer = read?.ok ? `${Math.ceil((read.milliseconds * 2.5) / 1000)}s` : '15m';
  return fix.replace('{step}', patternOf(step.id).split('/').at(-1) ?? step.id).replace('{longer}', longer);
}

/** @returns the text match when there is one to look for, an empty one otherwise; undefined when it does not fit. */
function matches({ when }: Pattern, failure: Failure): RegExpExecArray | [] | undefined {
  if (when.exit !== undefined && !when.exit.includes(failure.step.exitCode ?? Number.NaN)) return undefined;
  if (when.error !== undefined && !when.error.includes(failure.step.error?.code ?? '')) return undefined;
  if (
    when.status !== undefined &&
    !(failure.httpStatus !== undefined && failure.httpStatus >= when.status[0] && failure.httpStatus <= when.status[1])
  )
    return undefined;
  if (when.text === undefined) return [];
  // An answer from a server is explained by its status; its body and the log around it could say anything.
  if (failure.httpStatus !== undefined) return undefined;
  for (const pattern of when.text) {
    const match =
      lastMatch(pattern, failure.output) ?? (failure.step.verb === 'run' ? null : pattern.exec(failure.step.error?.message ?? ''));
    if (match !== null) return match;
  }
  return undefined;
}

/** Characters of each stream that are looked through: reasons stand at the end. */
const searched = 65_536;

/** The last one counts: what a script said before it gave up. */
function lastMatch(pattern: RegExp, text: string): RegExpExecArray | null {
  const every = new RegExp(pattern.source, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`);
  let last: RegExpExecArray | null = null;
  for (const match of text.matchAll(every)) last = match;
  return last;
}

function diagnose(pattern: Pattern, failure: Failure, match: RegExpExecArray | []): Diagnosis {
  const { step, definition } = failure;
  const quoted = match.length === 0 ? undefined : (match as RegExpExecArray);
  const url = /https?:\/\/[^\s'"]{1,300}/.exec(step.error?.message ?? '')?.[0];
  const facts: Readonly<Record<string, string>> = {
    step: step.id,
    code: String(step.exitCode ?? 'unknown'),
    status: String(failure.httpStatus ?? ''),
    timeout: definition?.timeout ?? /time limit of (\S{1,40}?)\.?$/.exec(step.error?.message ?? '')?.[1] ?? 'its time limit',
    message: step.error?.message ?? '',
    target: url === undefined ? '' : ` The request went to ${url.replace(/[.,:;]+$/, '')}.`,
  };
  const masker = new Masker();
  const fill = (text: string) =>
    masker.text(
      text
        .replace(/\{(\w+)\}/g, (whole, key: string) =>
          /^\d$/.test(key) ? (match.slice(1).find((group) => group !== undefined) ?? 'it') : (facts[key] ?? whole),
        )
        .trim(),
    );
  return {
    step: step.id,
    class: pattern.class,
    cause: fill(pattern.cause),
    evidence: evidence(failure, quoted),
    remedies: pattern.remedies.map(fill),
  };
}

/** Up to five lines of the run around what was recognised, and how it ended. */
function evidence({ step, output }: Failure, match: RegExpExecArray | undefined): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const hit = match === undefined ? '' : (match[0].split('\n').find((line) => line.trim() !== '') ?? '');
  const at = hit === '' ? -1 : lines.findLastIndex((line) => line.includes(hit));
  const quoted = at >= 0 ? lines.slice(Math.max(0, at - 1), at + 2) : lines.slice(-4);
  const ended = step.error === undefined ? [] : [step.error.message];
  return [...quoted, ...ended].map((line) => new Masker().text(line.length > 300 ? `${line.slice(0, 300)}…` : line)).join('\n');
}

function explainRefusal(approval: ApprovalView): Explained {
  const expired = approval.status === 'expired';
  return {
    pattern: expired ? 'approval-expired' : 'approval-rejected',
    confidence: 1,
    diagnosis: {
      step: approval.step,
      class: expired ? 'timeout' : 'cancelled',
      cause: expired
        ? 'Nobody answered the approval in time; a question that runs out counts as no.'
        : `${approval.by ?? 'A person'} rejected the approval, so the step was not run.`,
      evidence: [`Asked: ${approval.message}`, ...(approval.note === undefined ? [] : [`Note: ${approval.note}`])]
        .map((line) => new Masker().text(line))
        .join('\n'),
      remedies: expired
        ? ['Run it again when somebody is there to answer.', 'If people need longer, raise `approve.timeout` of the step.']
        : ['Talk to whoever said no; the note may say why.', 'Run it again when what they objected to has been dealt with.'],
    },
  };
}
