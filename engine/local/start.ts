import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { StartRun } from '../../protocol/api.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { resolveText } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Concurrency, Runbook } from '../../runbook/core/model.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { People } from '../kernel/event.ts';
import type { ActionOfRun, RunbookFile, Snapshot } from '../kernel/snapshot.ts';
import { checkRunnable } from '../kernel/start.ts';
import { actorOf } from './actor.ts';
import { calledBy } from './called.ts';
import { digestOf, sha256 } from './digest.ts';
import type { Order } from './drive.ts';
import type { Beginning, Journal } from './journal/journal.ts';
import { actionFilesIn, actionsUsed, type OwnFile, ownOfRun, refuseUntrusted, withDefaultUndos } from './own-actions.ts';
import { checkPermissions, secretsNamed } from './pack-permissions.ts';
import { type FoundPack, findPacks, refusePacks } from './packs.ts';
import type { Caller, Parts } from './parts.ts';
import { readPeople } from './people.ts';
import { policyFor } from './policy.ts';
import { readSettings } from './shared-settings.ts';
import { readSharedTargets, sharedFolder } from './shared-targets.ts';
import { givenFor } from './step-needs.ts';
import type { FileId } from './trust.ts';

const largest = 16 * 1024 * 1024;
const largestAction = 1024 * 1024;

/** Where a run's runbook is, and whether a person vouches for it. */
export type Source = Pick<StartRun, 'file' | 'trustOnce'>;

export type StartOrder = Extract<Order, { kind: 'start' }>;

export interface Prepared {
  readonly order: StartOrder;
  /** The concurrency group that the run belongs to. */
  readonly group?: { readonly name: string; readonly onBusy: Concurrency['onBusy'] };
  readonly beginning: Beginning;
  /** What steps start from while this engine lives; what is recorded for later ones may be less. */
  readonly environment: Readonly<Record<string, string>>;
}

/** All that a new run begins with; nothing is written yet. Throws ProblemError. */
export async function prepareStart(
  parts: Parts<unknown>,
  journal: Journal,
  id: string,
  request: StartRun,
  caller: Caller,
): Promise<Prepared> {
  const { file } = request;
  // A PATH decides what an approved script's words mean, a proxy who sees its traffic: neither is shown with the question.
  if (request.env && !caller.scopes.includes('approve')) throw new ProblemError(problem('scope-missing', { scope: 'approve' }));
  const { snapshot, people } = await readSnapshot(parts, request, caller);
  const { runbook } = snapshot;
  const inputs = parts.checkInputs(runbook, request.inputs ?? {});
  const only = request.step === undefined ? undefined : stepOf(runbook, request.step, file);
  const given = only && givenFor(journal.db, file, only, request.given ?? {});
  const digest = digestOf(snapshot);
  const policy = await policyFor(parts.stateFolder, caller);
  const actor = actorOf(caller, request.via);
  const environment = parts.environment(request.env ?? process.env);
  const order: StartOrder = {
    kind: 'start',
    run: id,
    snapshot: digest,
    inputs,
    actor,
    policy,
    ...people,
    ...(parts.mostTurns === undefined ? {} : { most: parts.mostTurns }),
    ...(only ? { only: only.path, given } : {}),
  };
  return {
    order,
    ...(runbook.concurrency === undefined
      ? {}
      : { group: { name: groupOf(runbook.concurrency, inputs), onBusy: runbook.concurrency.onBusy } }),
    beginning: { digest, snapshot, environment: withoutCredentials(environment) },
    environment,
  };
}

/** What a run executes, read now, under the caller's trust; and who the approvers are, where that matters. */
export async function readSnapshot(
  parts: Parts<unknown>,
  request: Source,
  caller: Caller,
): Promise<{ readonly snapshot: Snapshot; readonly people: { readonly people?: People } }> {
  const { file } = request;
  if (!isAbsolute(file)) throw new ProblemError(problem('request-invalid', { why: 'file must be an absolute path' }));
  if (request.trustOnce && !caller.scopes.includes('approve')) throw new ProblemError(problem('scope-missing', { scope: 'approve' }));
  await checkTrust(parts, request, file);
  const workspace = await readWorkspace(parts, request);
  const { targets } = workspace;
  const root = await readFileOf(parts, request, file, workspace);
  const kinds = new Map<string, 'script' | 'steps'>();
  const calls = await calledBy(
    root,
    (called) => {
      const own = workspace.own.find((action) => action.file === called);
      return own === undefined ? readFileOf(parts, request, called, workspace) : readAction(parts, own, workspace, kinds);
    },
    (name) => workspace.own.find(({ manifest }) => manifest.name === name)?.file,
  );
  const all = [root.runbook, ...Object.values(calls).map((called) => called.runbook)];
  const actions = usedActions(parts, all, workspace.own, kinds);
  const settings = await settingsFor(parts, request, workspace, actions);
  const snapshot: Snapshot = {
    ...root,
    calls,
    targets,
    actions,
    ...(workspace.shared === undefined ? {} : { workspace: workspace.shared }),
    settings,
    secrets: await secretVersions(parts, all, [targets, settings]),
  };
  checkRunnable(snapshot);
  checkPermissions(snapshot);
  return { snapshot, people: all.some(namesApprovers) ? { people: await readPeople(parts.stateFolder) } : {} };
}

/** A proxy's URL may carry a password, which is never written down. */
function withoutCredentials(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => !(/_proxy$/i.test(name) && value.includes('@'))));
}

/**
 * A person may vouch for one file; everyone else needs a trusted folder, for where its scripts begin and for the file that is open.
 * Asked without `opened` first: what is there in other folders is told to nobody.
 */
async function checkTrust({ trust }: Parts<unknown>, { trustOnce }: Source, file: string, opened?: FileId): Promise<void> {
  const folder = dirname(file);
  if (trustOnce || (await (opened ? trust.trusts(file, opened) : trust.trusts(folder)))) return;
  throw new ProblemError(problem('folder-untrusted', { folder }));
}

async function readFileOf(parts: Parts<unknown>, request: Source, file: string, workspace: Workspace): Promise<RunbookFile> {
  await checkTrust(parts, request, file);
  const bytes = await readRunbook(file, (opened) => checkTrust(parts, request, file, opened));
  const text = bytes.toString('utf8');
  refusePacks(text, workspace.packs, parts.actions);
  const ofPacks = Object.fromEntries(workspace.own.map(({ manifest }) => [manifest.name, manifest]));
  if (workspace.untrusted !== undefined) refuseUntrusted(text, workspace.untrusted, { ...parts.actions, ...ofPacks });
  const runbook = completed(parts, await parts.load(text, file, aroundOf(workspace)), workspace);
  return { runbook, file, fileDigest: sha256(bytes), folder: dirname(file) };
}

/** The nearest `.runwright`, as it is now. */
export interface Workspace {
  readonly shared?: string;
  readonly targets: Snapshot['targets'];
  readonly own: readonly OwnFile[];
  readonly packs: readonly FoundPack[];
  /** Its folder, where it has actions and nobody trusts them. */
  readonly untrusted?: string;
}

export const aroundOf = ({ targets, own }: Workspace) => ({ targets, own: own.map(({ manifest }) => manifest) });

export async function readWorkspace(parts: Parts<unknown>, request: StartRun): Promise<Workspace> {
  const shared = await sharedFolder(dirname(request.file));
  if (shared === undefined) return { targets: {}, own: [], packs: [] };
  const targets = await sharedTargets(parts, request, shared);
  const trusts = async (path: string) => request.trustOnce === true || (await parts.trust.trusts(path));
  // Of a pack that nobody trusts its own description alone is read.
  const text = async (file: string) =>
    (await readRunbook(file, async () => {}).catch(() => undefined))?.subarray(0, largestAction).toString('utf8');
  const packs = await findPacks(shared, { text, trusts });
  const files = await actionFilesIn(shared);
  const trusted = files.length === 0 || (await trusts(join(shared, 'actions')));
  const read = [
    ...(trusted ? await readActions(parts, request, files) : []),
    ...(await Promise.all(packs.map(async (pack) => (pack.kind === 'on' ? ofPack(parts, request, pack) : [])))).flat(),
  ];
  const own = read.length === 0 ? [] : await parts.ownActions(read);
  return { shared, targets, own, packs, ...(trusted ? {} : { untrusted: shared }) };
}

async function readActions(parts: Parts<unknown>, request: StartRun, files: readonly string[]): Promise<Omit<OwnFile, 'manifest'>[]> {
  const read = await Promise.all(
    files.map(async (file) => {
      // One that is a link to somewhere else, or cannot be read, is not there.
      const bytes = await readRunbook(file, (opened) => checkTrust(parts, request, file, opened)).catch(() => undefined);
      return bytes === undefined || bytes.length > largestAction ? [] : [{ file, text: bytes.toString('utf8'), digest: sha256(bytes) }];
    }),
  );
  return read.flat();
}

async function ofPack(parts: Parts<unknown>, request: StartRun, { folder, info }: Extract<FoundPack, { kind: 'on' }>) {
  return (await readActions(parts, request, await actionFilesIn(folder))).map((file) => ({ ...file, pack: info }));
}

/** Its scripts start, and its calls are looked for, in the folder that holds `.runwright`: wherever the runbook is that uses it. */
async function readAction(
  parts: Parts<unknown>,
  own: OwnFile,
  workspace: Workspace,
  kinds: Map<string, 'script' | 'steps'>,
): Promise<RunbookFile> {
  const { kind, body } = await parts.loadAction(own, aroundOf(workspace));
  kinds.set(own.file, kind);
  const folder = dirname(workspace.shared ?? own.file);
  return { runbook: completed(parts, body, workspace), file: own.file, fileDigest: own.digest, folder };
}

const completed = ({ actions }: Parts<unknown>, runbook: Runbook, { own }: Workspace): Runbook =>
  withDefaultUndos(runbook, (name) =>
    Object.hasOwn(actions, name) ? actions[name]?.manifest : own.find(({ manifest }) => manifest.name === name)?.manifest,
  );

/** Those of a folder above that nobody trusts are not there: a target says where credentials go. */
async function sharedTargets({ trust }: Parts<unknown>, { trustOnce }: Source, shared: string): Promise<Snapshot['targets']> {
  if (!(trustOnce || (await trust.trusts(join(shared, 'targets.yaml'))))) return {};
  return readSharedTargets(shared);
}

function groupOf({ group }: Concurrency, inputs: Readonly<Record<string, Json>>): string {
  return resolveText(group, { where: 'The concurrency group', values: { inputs } }).text;
}

/** Only then it matters who is who. */
function namesApprovers(runbook: Runbook): boolean {
  return [...planOf(runbook).steps.values()].some(({ step }) => {
    const { approvers, escalate } = (step.verb.kind === 'approve' ? step.verb.approval : step.approve) ?? {};
    return approvers !== undefined || escalate !== undefined;
  });
}

/** `check` sees which file was opened: what its path means may change until it is read. */
export async function readRunbook(file: string, check: (opened: FileId) => Promise<void>): Promise<Buffer> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    // A pipe must not hold the engine up until somebody writes into it.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new ProblemError(problem('file-missing', { file }));
    await check(stat);
    if (stat.size > largest) throw new ProblemError(problem('output-too-large', { what: file, limit: '16 MiB' }));
    return await handle.readFile();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EACCES' || code === 'EPERM')
      throw new ProblemError(problem('file-unreadable', { file, why: 'the engine has no permission to' }));
    throw new ProblemError(problem('file-missing', { file }));
  } finally {
    await handle?.close();
  }
}

function stepOf(runbook: Runbook, path: string, file: string) {
  const all = planOf(runbook).steps;
  const found = all.get(path);
  if (!found) throw new ProblemError(problem('step-unknown', { where: file, step: path, known: [...all.keys()].join(', ') }));
  return found.step;
}

function usedActions(
  parts: Parts<unknown>,
  all: readonly Runbook[],
  own: readonly OwnFile[],
  kinds: ReadonlyMap<string, 'script' | 'steps'>,
): Snapshot['actions'] {
  const names = new Set(all.flatMap(actionsUsed));
  return Object.fromEntries(
    [...names].sort().map((name): [string, ActionOfRun] => {
      const file = own.find(({ manifest }) => manifest.name === name);
      const kind = file && kinds.get(file.file);
      const action = Object.hasOwn(parts.actions, name) ? parts.actions[name] : file && kind && ownOfRun(file, kind);
      if (!action) throw new ProblemError(problem('action-unknown', { action: name }));
      return [name, action];
    }),
  );
}

/** What its actions read of the workspace's settings; nothing of a file that nobody trusts, as with targets. */
async function settingsFor(
  { trust }: Parts<unknown>,
  { trustOnce }: StartRun,
  { shared }: Workspace,
  actions: Snapshot['actions'],
): Promise<NonNullable<Snapshot['settings']>> {
  const names = Object.values(actions).flatMap(({ manifest: { settings } }) => (settings === undefined ? [] : [settings]));
  if (shared === undefined) return {};
  return readSettings(shared, names, async (file) => trustOnce === true || (await trust.trusts(file)));
}

/** Of the secrets that the runbooks declare, and of those that shared targets and settings name: whoever keeps these need not know who uses them. */
async function secretVersions(parts: Parts<unknown>, all: readonly Runbook[], shared: unknown): Promise<Record<string, number>> {
  const versions: Record<string, number> = {};
  for (const name of new Set([...all.flatMap(({ secrets }) => secrets), ...secretsNamed(shared)])) {
    const version = await parts.secrets.version(name);
    if (version !== undefined) versions[name] = version;
  }
  return versions;
}
