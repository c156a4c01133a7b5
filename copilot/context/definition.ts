import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import { bodiesOf, listsOf, withInside } from '../../runbook/core/nested.ts';
import type { OpenRunbook } from './ports.ts';

/** What a runbook is known by to a model: its file's name without the endings. No path, which would tell of people and machines. */
export const definitionId = (file: string): string => basename(file.replaceAll('\\', '/')).replace(/\.(?:runbook|workflow)\.ya?ml$/i, '');

export const verbName = (step: Step): string => (step.verb.kind === 'uses' ? step.verb.action : step.verb.kind);

/** Every step of a runbook, those inside others too, with the list it stands in, in the order of the text; an undo is told with its step. */
export function allSteps(runbook: Runbook): { readonly list: string; readonly step: Step }[] {
  return listsOf(runbook).flatMap(([list, steps]) => steps.flatMap((step) => [...withInside(step)].map((one) => ({ list, step: one }))));
}

/** The step a line is in: the last one that begins at or before it. */
export function stepAt(runbook: Runbook, line: number): Step | undefined {
  const steps = allSteps(runbook)
    .map(({ step }) => step)
    .filter((step) => step.line <= line);
  return steps.reduce<Step | undefined>((best, step) => (best === undefined || step.line >= best.line ? step : best), undefined);
}

/** Drops what is not said, so that the text shows only what the runbook holds. */
const said = (value: Record<string, unknown>): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

const isEmpty = (record: object) => Object.keys(record).length === 0;

function stepData(step: Step): JsonObject {
  const { verb } = step;
  return said({
    id: step.path,
    name: step.name,
    type: verbName(step),
    line: step.line,
    description: step.description,
    if: step.if,
    needs: step.needs,
    target: step.target,
    ...containerData(step),
    run: verb.kind === 'run' ? verb.script : undefined,
    shell: verb.kind === 'run' ? verb.shell : undefined,
    'working-directory': verb.kind === 'run' ? verb.workingDirectory : undefined,
    with: verb.kind === 'uses' || verb.kind === 'call' ? verb.with : undefined,
    env: isEmpty(step.env) ? undefined : step.env,
    timeout: step.timeout,
    retry: step.retry,
    approve: verb.kind === 'approve' ? verb.approval : step.approve,
    risk: step.risk,
    undo: step.undo === undefined ? undefined : stepData(step.undo),
    fallback: step.fallback?.map(({ path }) => path),
    'on-error': step.onError === 'continue' ? 'continue' : undefined,
    idempotent: step.idempotent,
    outputs: isEmpty(step.outputs) ? undefined : step.outputs,
  });
}

/** What a step is made of beside the usual keys; the steps inside it stand in the list by themselves, here are their paths. */
function containerData({ verb }: Step): Record<string, unknown> {
  const steps = bodiesOf(verb).flatMap((body) => body.map(({ path }) => path));
  switch (verb.kind) {
    case 'parallel':
      return { steps, 'max-parallel': verb.maxParallel, 'fail-fast': verb.failFast };
    case 'for-each':
      return { 'for-each': verb.list, as: verb.as, steps, 'max-parallel': verb.maxParallel };
    case 'repeat':
      return { repeat: { until: verb.until, max: verb.max, delay: verb.delay }, steps };
    case 'switch':
      return { switch: verb.branches.map((branch) => ({ if: branch.if ?? 'else', steps: branch.steps.map(({ path }) => path) })) };
    case 'call':
      return { call: verb.file };
    case 'wait':
      return { wait: verb.for ?? { until: verb.until, timeout: verb.timeout, every: verb.every } };
    case 'set':
      return { set: verb.values };
    case 'agent':
      return { agent: { goal: verb.goal, tools: verb.tools } };
    default:
      return {};
  }
}

/** The open runbook; one that cannot be read is given as its text. */
export function definitionData(open: OpenRunbook, runbook: Runbook | undefined): JsonObject {
  const steps = runbook === undefined ? [] : allSteps(runbook);
  return said({
    id: definitionId(open.file),
    name: runbook?.name,
    description: runbook?.description,
    digest: `sha256:${createHash('sha256').update(open.text).digest('hex')}`,
    unsaved: open.unsaved,
    structure: runbook && {
      risk: runbook.risk,
      inputs: runbook.inputs,
      secrets: runbook.secrets,
      env: isEmpty(runbook.env) ? undefined : runbook.env,
      defaults: isEmpty(runbook.defaults) ? undefined : runbook.defaults,
      targets: isEmpty(runbook.targets) ? undefined : runbook.targets,
      triggers: runbook.triggers.length === 0 ? undefined : runbook.triggers,
      concurrency: runbook.concurrency,
      steps: runbook.steps.map((step) => step.path),
      verify: runbook.verify.map((step) => step.path),
      'on-failure': typeof runbook.onFailure === 'string' ? runbook.onFailure : runbook.onFailure.map((step) => step.path),
      'on-cancel': runbook.onCancel.length === 0 ? undefined : runbook.onCancel.map((step) => step.path),
      finally: runbook.finally.map((step) => step.path),
      outputs: runbook.outputs,
    },
    steps: runbook && steps.map(({ step }) => stepData(step)),
    source: runbook === undefined ? open.text : undefined,
    diagnostics: open.diagnostics.map(({ line, severity, code, message }) => ({ line, severity, code, message })) as unknown as Json,
  });
}
