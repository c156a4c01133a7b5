import type { ActionManifest } from '../../runbook/core/action.ts';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { hasExpression, parseTemplate, references } from '../../runbook/core/expression.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { Runbook, Step } from '../../runbook/core/model.ts';
import { type PackInfo, permits } from '../../runbook/core/pack.ts';
import { planOf } from '../../runbook/core/plan.ts';
import type { Snapshot } from '../kernel/snapshot.ts';

/**
 * What can be told before a run starts of what the packs in it need and do not name. What their scripts do is not looked at;
 * which secrets reach them is looked at once more when a step is resolved. Throws `pack-permission`.
 */
export function checkPermissions(snapshot: Snapshot): void {
  for (const [action, { manifest, own }] of Object.entries(snapshot.actions)) {
    if (own?.pack === undefined) continue;
    const refuse = (allowed: string, why: string) => {
      throw new ProblemError(problem('pack-permission', { action, allowed, why }));
    };
    const body = snapshot.calls[own.file]?.runbook;
    checkTargets(snapshot, manifest, body, own.pack, refuse);
    checkNetwork(body, own.pack, refuse);
    for (const { runbook } of [snapshot, ...Object.values(snapshot.calls)]) checkSecrets(runbook, action, own.pack, refuse);
  }
}

type Refuse = (allowed: string, why: string) => void;

function checkTargets(
  { targets: shared }: Snapshot,
  manifest: ActionManifest,
  body: Runbook | undefined,
  pack: PackInfo,
  refuse: Refuse,
): void {
  const { targets } = pack.permissions;
  const allowed = targets.length === 0 ? 'no target' : `targets of type ${targets.join(', ')}`;
  const beyond = (manifest.targets ?? ['local']).find((type) => !permits(targets, type));
  if (beyond !== undefined) refuse(allowed, `it runs on ${beyond}`);
  const undo = manifest.undo !== undefined && !('uses' in manifest.undo) ? [manifest.undo] : [];
  for (const { target } of [...stepsOf(body), ...undo]) {
    if (target === undefined || targets.includes('*')) continue;
    const type = target === 'local' ? 'local' : shared[target]?.type;
    if (type !== undefined && !targets.includes(type)) refuse(allowed, `its step runs on ${target}, of type ${type}`);
  }
}

/** The actions whose inputs say which host they reach. */
const reaching: Readonly<Record<string, (input: Readonly<Record<string, Json>>) => Json | undefined>> = {
  'http/request': ({ url }) => url,
  'wait/http': ({ url }) => url,
  'wait/port': ({ host }) => host,
};

function checkNetwork(body: Runbook | undefined, { permissions: { network } }: PackInfo, refuse: Refuse): void {
  if (network.includes('*')) return;
  const allowed = network.length === 0 ? 'no host' : `the hosts ${network.join(', ')}`;
  for (const { verb } of stepsOf(body)) {
    const place = verb.kind === 'uses' && Object.hasOwn(reaching, verb.action) ? reaching[verb.action]?.(verb.with) : undefined;
    // Nothing given: the engine's own machine, or an address under that of the target.
    if (typeof place !== 'string' || /^(?:\/|$)/.test(place)) continue;
    const host = hostOf(place);
    if (host === undefined) refuse(allowed, `its step reaches ${place}, of which the host is not known before`);
    else if (!network.includes(host)) refuse(allowed, `its step reaches ${host}`);
  }
}

function hostOf(place: string): string | undefined {
  const [, host = ''] = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(place) ?? [undefined, place];
  return host === '' || hasExpression(host) || host.includes('$') ? undefined : host.toLowerCase();
}

function checkSecrets(runbook: Runbook, action: string, { permissions: { secrets } }: PackInfo, refuse: Refuse): void {
  for (const { verb, retry } of stepsOf(runbook)) {
    if (verb.kind !== 'uses' || verb.action !== action) continue;
    const more = secretsNamed([verb.with, retry?.with]).find((name) => !permits(secrets, name));
    if (more !== undefined) refuse(secrets.length === 0 ? 'no secret' : `the secrets ${secrets.join(', ')}`, `a step hands ${more} to it`);
  }
}

const stepsOf = (runbook: Runbook | undefined): readonly Step[] =>
  runbook === undefined ? [] : [...planOf(runbook).steps.values()].map(({ step }) => step);

/** In whatever is nested inside, by the expressions in it. */
export function secretsNamed(value: unknown): string[] {
  if (typeof value === 'string') {
    const sources = hasExpression(value)
      ? parseTemplate(value).parts.flatMap((part) => (part.kind === 'expression' ? [part.source] : []))
      : [];
    return sources
      .flatMap((source) => references(source))
      .flatMap(({ context, path: [name] }) => (context === 'secrets' && name !== undefined ? [name] : []));
  }
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(secretsNamed) : [];
}
