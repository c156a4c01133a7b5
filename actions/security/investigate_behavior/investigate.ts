import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionCode } from '../../../engine/connectors/action.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import { parseDuration } from '../../../runbook/core/duration.ts';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { type CaseFolder, json, openCase } from './case-folder.ts';
import { type Collected, collect } from './collect.ts';
import { find } from './findings/find.ts';
import { type Finding, shown } from './findings/finding.ts';
import { isCalled, type Machine, readMachine } from './machine.ts';
import { pieces, prelude } from './pieces.ts';

/** Findings that fit into an output; the case has all of them. */
const mostShown = 200;
const usualFolders = ['/etc', '/usr', '/opt', '/root', '/home', '/srv', '/var/www', '/tmp', '/var/tmp', '/dev/shm'];

interface Case {
  readonly folder: CaseFolder;
  readonly asked: string;
  readonly target: string;
  readonly started: Date;
  readonly collected: Collected[];
}

/**
 * 1. The machine is only read; evidence is written once, and what was taken before something went wrong is sealed and named all the same.
 * 2. What is not there is recorded as missing, never made up.
 */
export const investigate: ActionCode = async (input, context) => {
  const started = new Date();
  const back = milliseconds(textOf(input.since, '1d'), started);
  if (typeof back === 'string') return failed(problem('action-input', { action: 'security/investigate_behavior', why: `since ${back}` }));
  try {
    const host = await context.host();
    const folder = await openCase(context.workspace, started);
    const open: Case = { folder, asked: textOf(input.host, ''), target: host.name, started, collected: [] };
    context.log(`case ${folder.id} on ${host.name}: ${folder.path}`);
    const wanted = new Set(['machine', ...(list(input.collect) ?? pieces.map(({ group }) => group))]);
    const limits = {
      host,
      folder,
      signal: context.signal,
      minutes: Math.ceil(back / 60_000),
      most: Number(input.limit ?? 8) * 1024 * 1024,
      folders: list(input.folders) ?? usualFolders,
    };
    let machine: Machine = readMachine('');
    let offset = 0;
    const since = () => Math.floor((started.getTime() + offset - back) / 1000);
    const concluded = (error?: Problem) =>
      conclude(open, machine, { since: since(), indicators: list(input.indicators) ?? [] }, offset, error);
    try {
      for (const piece of pieces) {
        if (!wanted.has(piece.group)) continue;
        const taken = await collect(piece, { ...limits, since: since() });
        open.collected.push(taken);
        context.log(
          `${taken.state === 'missing' ? 'missing' : 'took'} ${taken.file}${taken.why ? `: ${shown(taken.why)}` : `, ${taken.bytes} bytes`}`,
        );
        if (piece.group !== 'machine') continue;
        machine = readMachine(await readFile(join(folder.path, piece.file), 'utf8'));
        if (machine.time !== undefined) offset = machine.time * 1000 - Date.parse(taken.ended);
        // The clock of the machine counts whole seconds, and asking takes its time.
        if (Math.abs(offset) < 5000) offset = 0;
      }
    } catch (error) {
      if (!(error instanceof ProblemError) && !context.signal.aborted) throw error;
      const why = error instanceof ProblemError ? error.problem : problem('step-cancelled');
      const outputs = await concluded(why);
      return context.signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error: why, outputs };
    }
    const outputs = await concluded();
    return { kind: 'succeeded', outputs };
  } catch (error) {
    if (context.signal.aborted) return { kind: 'cancelled' };
    if (error instanceof ProblemError) return failed(error.problem);
    throw error;
  }
};

/** Looks through what was taken, writes `findings.json` and `manifest.json`, seals the case. Gives the outputs of the action. */
async function conclude(
  { folder, asked, target, started, collected }: Case,
  machine: Machine,
  look: { readonly since: number; readonly indicators: readonly string[] },
  offset: number,
  error?: Problem,
): Promise<Record<string, Json>> {
  const there = collected.filter(({ state }) => state !== 'missing');
  const texts = there.map(({ file }) => file).filter((file) => file !== 'wtmp');
  const findings = [...about(asked, machine, target, offset), ...(await find(folder.path, texts, look))];
  const missing = [
    ...collected.flatMap(({ file, why }) => (why === undefined ? [] : [{ piece: file, why: shown(why) }])),
    ...unseen(machine, collected),
  ];
  const told = findings.map((finding) => ({ ...finding }));
  const self = {
    name: machine.name,
    system: machine.system,
    addresses: [...machine.addresses],
    user: machine.user,
    'clock-offset': Math.round(offset / 1000),
  };
  await folder.write('findings.json', json(told));
  await folder.write(
    'manifest.json',
    json({
      case: folder.id,
      host: asked,
      target,
      machine: self,
      started: started.toISOString(),
      ended: new Date().toISOString(),
      since: new Date(look.since * 1000).toISOString(),
      indicators: [...look.indicators],
      ...(error ? { 'broken-off': error.message } : {}),
      missing,
      prelude,
      pieces: collected.map((piece) => ({ ...piece, args: [...piece.args] })),
    }),
  );
  return {
    case_id: folder.id,
    evidence_count: there.length,
    folder: folder.path,
    machine: self,
    findings: told.slice(0, mostShown),
    finding_count: findings.length,
    missing,
    sha256: await folder.seal(),
  };
}

function about(asked: string, machine: Machine, target: string, offset: number): Finding[] {
  const findings: Finding[] = [];
  const add = (kind: string, fact: string) => findings.push({ kind, fact, file: 'machine.txt', line: 1 });
  if (asked !== '' && machine.name !== '' && !isCalled(asked, machine, target))
    add(
      'other-machine',
      `The case is about ${shown(asked)}, and this evidence is of ${shown(machine.name)}, the target ${target}: give the step the target that is meant.`,
    );
  if (Math.abs(offset) > 60_000)
    add('clock', `The clock of the machine is ${Math.round(Math.abs(offset) / 1000)} s ${offset > 0 ? 'ahead' : 'behind'}.`);
  return findings;
}

/** Who is not root sees the programs of others as little as who listens. */
function unseen(machine: Machine, collected: readonly Collected[]): { piece: string; why: string }[] {
  if (machine.root || machine.user === '') return [];
  const why = `${shown(machine.user)} is not root there and sees no programs of other users`;
  return collected
    .filter(({ file, state }) => /^(sockets|executables|program-hashes)\.txt$/.test(file) && state !== 'missing')
    .map(({ file }) => ({ piece: file, why }));
}

/** From a point in time or a duration to now; a text says what is wrong. */
function milliseconds(text: string, now: Date): number | string {
  if (/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) {
    const back = now.getTime() - Date.parse(text);
    if (!Number.isNaN(back)) return back > 0 ? back : 'is in the future';
  }
  const parsed = parseDuration(text);
  if (!parsed.ok) return parsed.message;
  return parsed.milliseconds > 0 ? parsed.milliseconds : 'must be longer than nothing';
}

const textOf = (value: Json | undefined, usual: string): string => (typeof value === 'string' ? value : usual);
const list = (value: Json | undefined): string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);
const failed = (error: Problem): Outcome => ({ kind: 'failed', error });
