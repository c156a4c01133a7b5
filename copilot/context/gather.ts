import type { OutputText } from '../../protocol/api.ts';
import type { RunDetail } from '../../protocol/run.ts';
import { ProblemError } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { stepAt } from './definition.ts';
import type { StepOutput } from './instance.ts';
import { parseOpenRunbook } from './parse.ts';
import type { OpenRunbook, Runs, Sources } from './ports.ts';

/** All that is known about what the question may be about. */
export interface Material {
  readonly open?: OpenRunbook;
  /** Undefined when the text is not a runbook that can be read. */
  readonly runbook?: Runbook;
  readonly run?: RunDetail;
  /** Of the steps that did not end well. */
  readonly outputs: readonly StepOutput[];
  /** Path of the chosen step, or of the one under the cursor. */
  readonly step?: string;
  /** What could not be read, in sentences for a person. */
  readonly notes: readonly string[];
}

/** A run of more steps is given without those that went well, which nobody can read. */
export const mostSteps = 1_000;

/** A run that needs explaining. A paused one asks what became of a step. */
const notWell = new Set(['failed', 'rejected', 'paused']);

export async function gather(sources: Sources): Promise<Material> {
  const notes: string[] = [];
  const open = await sources.documents?.open();
  const runbook = open === undefined ? undefined : parseOpenRunbook(open.text);
  const run = sources.runs === undefined ? undefined : await chosenRun(sources.runs, sources.run, open?.file, notes);
  const outputs = sources.runs === undefined || run === undefined ? [] : await outputsOf(sources.runs, run, notes);
  const cursor = runbook === undefined || open?.cursorLine === undefined ? undefined : stepAt(runbook, open.cursorLine)?.path;
  const step = sources.step ?? cursor;
  return { open, runbook, run, outputs, step, notes };
}

async function chosenRun(
  runs: Runs,
  chosen: string | undefined,
  file: string | undefined,
  notes: string[],
): Promise<RunDetail | undefined> {
  try {
    if (chosen !== undefined) return await runs.show(chosen, { most: mostSteps });
    if (file === undefined) return undefined;
    const newest = [...(await runs.list({ file, limit: 100 }))].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    const last = newest.find((run) => notWell.has(run.status));
    if (last === undefined) return undefined;
    const later = newest[0];
    if (later !== undefined && later.id !== last.id)
      notes.push(`This is the last run that did not end well; a later one, ${later.id}, is ${later.status.replace('_', ' ')}.`);
    return await runs.show(last.id, { most: mostSteps });
  } catch (error) {
    // A run that was named and does not exist is the caller's mistake; an engine that is not there is a state to speak of.
    if (error instanceof ProblemError && chosen !== undefined && error.problem.code === 'run-unknown') throw error;
    notes.push(`Runs could not be read: ${reason(error)}`);
    return undefined;
  }
}

async function outputsOf(runs: Runs, run: RunDetail, notes: string[]): Promise<StepOutput[]> {
  const steps = run.steps.filter((step) => step.status === 'failed' || step.status === 'unknown').slice(0, 5);
  const read = async (step: string): Promise<StepOutput[]> => {
    try {
      const output: OutputText = await runs.output(run.id, step);
      return output.stdout === '' && output.stderr === '' ? [] : [{ activityId: step, ...output }];
    } catch (error) {
      notes.push(`The output of ${step} could not be read: ${reason(error)}`);
      return [];
    }
  };
  return (await Promise.all(steps.map((step) => read(step.id)))).flat();
}

export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
