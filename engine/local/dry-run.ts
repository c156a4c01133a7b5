import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StartRun } from '../../protocol/api.ts';
import type { PlanStep, PlanView } from '../../protocol/plan.ts';
import { milliseconds } from '../../runbook/core/duration.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { type DryStep, dryRun, evolve, initial, riskReasons } from '../kernel/kernel.ts';
import type { Request } from '../kernel/request.ts';
import type { Snapshot } from '../kernel/snapshot.ts';
import { start } from '../kernel/start.ts';
import { attemptFolder, makeAttemptFolder, sharedFolderOf } from './attempt-folder.ts';
import type { Journal } from './journal/journal.ts';
import { verbName } from './journal/steps.ts';
import type { Caller, Parts } from './parts.ts';
import { keyOf, placeSecrets, secretsOf } from './place-secrets.ts';
import { undoView } from './placed.ts';
import { runId } from './run-id.ts';
import { type Prepared, prepareStart } from './start.ts';
import { touchesOf } from './touches.ts';
import { requestView } from './views.ts';

/** Steps that are shown at most. */
const most = 2000;
/** Milliseconds for a check whose step has no time limit. */
const longestCheck = 60_000;

/**
 * What a run would do. Nothing is written down, and nothing is run but actions that can check what they would do.
 * Whoever may approve may look at a file in a folder that nobody trusts; then no check is run. Throws as a start does.
 */
export async function planRun(parts: Parts<unknown>, journal: Journal, request: StartRun, caller: Caller): Promise<PlanView> {
  const id = runId(parts.now());
  const { prepared, trusted } = await prepare(parts, journal, id, request, caller);
  const { order, beginning } = prepared;
  const { snapshot, digest } = beginning;
  const state = initial(snapshot, digest);
  const event = start(state, { ...order, time: parts.now() });
  if (event === 'known') throw new ProblemError(problem('internal', { why: 'a dry run had begun' }));
  evolve(state, event);
  const found = dryRun(state, parts.now(), most + 1);
  const mayCheck = trusted && caller.scopes.includes('approve');
  const steps: PlanStep[] = [];
  try {
    for (const step of found.slice(0, most)) steps.push(await viewOf(parts, prepared, id, step, mayCheck));
  } finally {
    await rm(dirname(dirname(attemptFolder(parts.stateFolder, id, 'x', 1))), { recursive: true, force: true });
  }
  const { runbook, file, fileDigest } = snapshot;
  return { runbook: runbook.name, file, fileDigest, inputs: { ...order.inputs }, trusted, steps, cut: found.length > most };
}

/** As a run would begin; `trusted`: it may begin so without anybody vouching for it now. */
async function prepare(
  parts: Parts<unknown>,
  journal: Journal,
  id: string,
  request: StartRun,
  caller: Caller,
): Promise<{ readonly prepared: Prepared; readonly trusted: boolean }> {
  const plain = () => prepareStart(parts, journal, id, request, caller);
  // What is there in other folders is told to nobody who could not vouch for it.
  if (!caller.scopes.includes('approve')) return { prepared: await plain(), trusted: true };
  const prepared = await prepareStart(parts, journal, id, { ...request, trustOnce: true }, caller);
  const trusted = await plain().catch((error: unknown) => {
    if (error instanceof ProblemError) return undefined;
    throw error;
  });
  return { prepared, trusted: trusted?.beginning.digest === prepared.beginning.digest };
}

async function viewOf(parts: Parts<unknown>, prepared: Prepared, id: string, dry: DryStep, mayCheck: boolean): Promise<PlanStep> {
  const { snapshot } = prepared.beginning;
  const { path, planned, phase, file, inside, when, condition, request, risk, asks, later, items, problem: error } = dry;
  const { step } = planned;
  const check = await checkOf(parts, prepared, id, dry, mayCheck);
  const failed = error ?? check?.error;
  const may = condition?.holds === false ? 'skip' : failed !== undefined ? 'fail' : dry.certain ? 'run' : 'may-run';
  return {
    id: path,
    ...(step.name === undefined ? {} : { name: step.name }),
    verb: verbName(step),
    line: step.line,
    ...(file === undefined ? {} : { file }),
    ...(inside === undefined ? {} : { inside }),
    phase,
    will: may,
    ...(when === undefined ? {} : { when }),
    ...(condition === undefined ? {} : { if: { ...condition } }),
    touches: request === undefined ? [] : touchesOf(shown(request), snapshot),
    ...(request === undefined ? {} : { request: requestView(request) }),
    risk,
    reasons: request === undefined ? [] : [...new Set(riskReasons(request).map(({ why }) => why))],
    ...(asks === undefined ? {} : { asks: mutable(asks) }),
    later: later.map(({ expression, when }) => ({ expression, when: [...when] })),
    ...(items === undefined ? {} : { items }),
    ...(step.undo === undefined || phase === 'on-failure' || phase === 'finally' ? {} : { undo: undoView(step.undo, snapshot) }),
    ...(check === undefined ? {} : { check: check.view }),
    ...(failed === undefined ? {} : { error: failed }),
  };
}

const mutable = ({ reason, message, approvers, unresolved, min }: NonNullable<DryStep['asks']>): PlanStep['asks'] => ({
  reason,
  message,
  ...(approvers === undefined ? {} : { approvers: [...approvers] }),
  ...(unresolved === undefined ? {} : { unresolved: [...unresolved] }),
  ...(min === undefined ? {} : { min }),
});

const shown = (request: Request): Request => placeSecrets(request, ({ secret, path = [] }) => `***${[secret, ...path].join('.')}***`);

interface Check {
  readonly view: NonNullable<PlanStep['check']>;
  readonly error?: PlanStep['error'];
}

async function checkOf(
  parts: Parts<unknown>,
  { beginning, environment }: Prepared,
  id: string,
  dry: DryStep,
  mayCheck: boolean,
): Promise<Check | undefined> {
  const { request, later, path, certain, planned } = dry;
  if (request?.kind !== 'action' || manifestOf(beginning.snapshot, request.action)?.check !== true) return undefined;
  const not = (why: string): Check => ({ view: { status: 'not-run', why } });
  if (!mayCheck) return not('the folder is not trusted, or who asks may not approve');
  if (later.length > 0) return not('what it would be given is known later');
  if (!certain) return not('whether its turn comes is known later');
  const connector = parts.connectors.find((one) => one.accepts(request));
  if (connector === undefined) return not('nothing here runs it');
  const secrets = new Map<string, string>();
  for (const ref of secretsOf(request.secretTexts)) {
    const found = await parts.secrets.get(ref.secret);
    if (found === undefined || found.version !== ref.version) return not(`the secret ${ref.secret} cannot be read`);
    secrets.set(keyOf(ref), found.value);
  }
  const folder = attemptFolder(parts.stateFolder, id, path, 1);
  await makeAttemptFolder(folder);
  const limit = planned.step.timeout ?? beginning.snapshot.runbook.defaults.timeout;
  const asked = { ...request, with: { ...request.with, check: true } };
  const outcome = await connector.run({
    run: id,
    path,
    attempt: 1,
    request: placeSecrets(asked, (ref) => secrets.get(keyOf(ref)) ?? ''),
    secrets: [...secrets.values()],
    folder,
    shared: sharedFolderOf(parts.stateFolder, id),
    keepSecret: async () => {
      throw new ProblemError(problem('internal', { why: 'a check keeps no secret' }));
    },
    environment,
    timeout: limit === undefined ? longestCheck : milliseconds(limit),
    signal: new AbortController().signal,
    output: () => undefined,
  });
  if (outcome.kind === 'succeeded')
    return { view: { status: 'succeeded', outputs: publicOutputs(outcome.outputs, planned.step.secretOutputs) } };
  const error = outcome.kind === 'failed' ? outcome.error : problem('step-cancelled');
  return { view: { status: 'failed' }, error };
}

const manifestOf = ({ actions }: Snapshot, name: string) => (Object.hasOwn(actions, name) ? actions[name]?.manifest : undefined);

/** What the step keeps secret is not shown by its check either. */
function publicOutputs(outputs: Readonly<Record<string, unknown>>, secret: readonly string[] = []): Record<string, unknown> {
  const names = new Set(secret.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !names.has(name.toLowerCase())));
}
