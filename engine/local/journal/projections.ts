import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { problem } from '../../../runbook/core/errors.ts';
import { planOf } from '../../../runbook/core/plan.ts';
import type { KernelEvent } from '../../kernel/event.ts';
import { type Located, locate } from '../../kernel/locate.ts';
import { rejection } from '../../kernel/rejection.ts';
import type { Snapshot } from '../../kernel/snapshot.ts';
import { text } from './rows.ts';
import { listed, verbName } from './steps.ts';

/** An event on its way into the tables. */
export interface Entry {
  readonly run: string;
  readonly seq: number;
  readonly cursor: number;
  readonly event: KernelEvent;
}

/** Where run and step stand after the event. */
export interface EventState {
  readonly status: string;
  readonly stepStatus?: string;
}

/** The place of a step that is in no list. */
const behindAll = 1_000_000;

type Kind = KernelEvent['kind'];
type Of<K extends Kind> = Extract<KernelEvent, { kind: K }>;
/** What an event does to the tables; the compiler demands every kind. */
type Handlers = { readonly [K in Kind]: (entry: Entry, event: Of<K>) => void };

export interface Projector {
  take(entry: Entry): EventState;
  /** To be called before each commit; after a rollback a new projector is needed, as this one remembers what was undone. */
  settle(): void;
}

/** Events that leave questions and phases as they are, and with them the run's status. */
const calm: ReadonlySet<Kind> = new Set<Kind>([
  'step-started',
  'step-opened',
  'pass-started',
  'step-succeeded',
  'step-failed',
  'wait-continued',
]);

/** Keeps runs, steps and approvals as the events say. Deterministic in the order of events, so that they can be rebuilt. */
export function projector(db: DatabaseSync): Projector {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const run = (sql: string, ...values: SQLInputValue[]) => prepare(sql).run(...values);
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  /** Of the runs at work. */
  const statuses = new Map<string, string>();
  /** Where runs stand whose row does not say so yet. */
  const moved = new Map<string, { readonly seq: number; readonly time: number }>();
  /** What the event at hand has made of a step. */
  let last: { readonly path: string; readonly status: string } | undefined;
  const snapshots = new Map<string, Snapshot>();
  /** Of the runs at work; a run keeps its snapshot. */
  const snapshotIds = new Map<string, string>();

  const snapshotOf = (digest: string): Snapshot => {
    const known = snapshots.get(digest);
    if (known) return known;
    const row = prepare('SELECT json FROM snapshots WHERE digest = ?').get(digest);
    if (!row) throw new Error(`snapshot ${digest} is missing`);
    const snapshot = JSON.parse(text(row, 'json')) as Snapshot;
    remember(snapshots, digest, snapshot, mostSnapshots);
    return snapshot;
  };
  const located = (id: string, path: string): (Located & { readonly snapshot: Snapshot }) | undefined => {
    let digest = snapshotIds.get(id);
    if (digest === undefined) {
      const row = prepare('SELECT snapshot FROM runs WHERE id = ?').get(id);
      if (!row) return undefined;
      digest = text(row, 'snapshot');
      remember(snapshotIds, id, digest, mostRuns);
    }
    const snapshot = snapshotOf(digest);
    const found = locate(snapshot, path);
    return found && { ...found, snapshot };
  };
  /** Undo steps have no row until something happens to them. `more` are further columns; one statement, as each costs more than what it does. */
  const setStep = ({ run: id, seq }: Entry, path: string, status: string, more: Columns = {}) => {
    const known = located(id, path);
    const step = known?.planned.step;
    last = { path, status };
    run(
      upsert(Object.keys(more)),
      id,
      path,
      behindAll,
      seq,
      step?.name ?? null,
      step ? verbName(step) : 'run',
      step?.line ?? 1,
      known === undefined || known.file === known.snapshot ? null : known.file.file,
      status,
      ...Object.values(more),
    );
  };
  const endStep = (
    entry: Entry,
    path: string,
    status: string,
    more: { outputs?: unknown; exitCode?: number; error?: unknown; cachedAt?: number } = {},
  ) =>
    setStep(entry, path, status, {
      held: 0,
      finished_at: entry.event.time,
      outputs: json(more.outputs),
      exit_code: more.exitCode ?? null,
      cached_at: more.cachedAt ?? null,
      error: json(more.error),
      error_at: more.error === undefined ? null : entry.event.time,
    });
  const ask = (
    entry: Entry,
    path: string,
    kind: string,
    digest: string,
    about: {
      message: string;
      risk: string;
      reason: string;
      request: string;
      expiresAt?: number;
      approvers?: readonly string[];
      unresolved?: readonly string[];
      min?: number;
    },
  ) =>
    run(
      `INSERT INTO approvals (run, seq, path, kind, status, digest, message, risk, reason, request, requested_at, expires_at, approvers, unresolved, min)
       VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.run,
      entry.seq,
      path,
      kind,
      digest,
      about.message,
      about.risk,
      about.reason,
      about.request,
      entry.event.time,
      about.expiresAt ?? null,
      json(about.approvers),
      json(about.unresolved),
      about.min ?? 1,
    );
  const decide = (
    entry: Entry,
    path: string,
    kind: string,
    status: string,
    by: { actor?: { by: string; via: string }; note?: string } = {},
  ) =>
    run(
      `UPDATE approvals SET status = ?, decided_by = ?, via = ?, note = ? WHERE run = ? AND path = ? AND kind = ? AND status = 'pending'`,
      status,
      by.actor?.by ?? null,
      by.actor?.via ?? null,
      by.note ?? null,
      entry.run,
      path,
      kind,
    );
  const undone = (id: string, path: string) => {
    if (path.startsWith('undo/') && located(id, path)?.planned.undoes)
      run("UPDATE steps SET status = 'undone' WHERE run = ? AND path = ?", id, path.slice('undo/'.length));
  };

  /** The steps that show before their turn. */
  const list = (id: string, { runbook }: Snapshot, only: string | undefined) => {
    const alone = only === undefined ? undefined : planOf(runbook).steps.get(only);
    for (const [place, { step }] of (alone === undefined ? listed(runbook) : [alone]).entries()) {
      run(
        "INSERT INTO steps (run, path, place, name, verb, line, status, attempts) VALUES (?, ?, ?, ?, ?, ?, 'pending', 0) ON CONFLICT DO UPDATE SET place = excluded.place",
        id,
        step.path,
        place,
        step.name ?? null,
        verbName(step),
        step.line,
      );
    }
  };
  const letGo = (id: string) =>
    run('UPDATE steps SET held = 0, error = NULL, error_at = NULL, finished_at = NULL WHERE run = ? AND held = 1', id);

  const voidQuestions = (entry: Entry, path: string) => {
    decide(entry, path, 'approval', 'void');
    decide(entry, path, 'unknown-outcome', 'void');
  };
  /** An end that was not the last one. */
  const reopen = (id: string) => run('UPDATE runs SET finished_at = NULL, error = NULL, paused = 0 WHERE id = ?', id);

  const handlers: Handlers = {
    'run-started': ({ run: id, seq }, event) => {
      const snapshot = snapshotOf(event.snapshot);
      const { runbook, file, fileDigest } = snapshot;
      run(
        `INSERT INTO runs (id, runbook, file, file_digest, snapshot, status, phase, requested_by, via, only_step, inputs, outputs, created_at, updated_at, seq, busy_group, queued)
         VALUES (?, ?, ?, ?, ?, 'running', 'steps', ?, ?, ?, ?, '{}', ?, ?, ?, ?, ?)`,
        id,
        runbook.name,
        file,
        fileDigest,
        event.snapshot,
        event.actor.by,
        event.actor.via,
        event.only ?? null,
        JSON.stringify(event.inputs),
        event.time,
        event.time,
        seq,
        event.group ?? null,
        event.queued === true ? 1 : 0,
      );
      list(id, snapshot, event.only);
    },
    'run-released': ({ run: id }) => run('UPDATE runs SET queued = 0 WHERE id = ?', id),
    'run-edited': ({ run: id, seq }, event) => {
      const { edited } = event;
      const { runbook, file, fileDigest } = edited;
      run('INSERT INTO earlier_snapshots SELECT id, ?, snapshot FROM runs WHERE id = ?', seq, id);
      run(
        'UPDATE runs SET snapshot = ?, runbook = ?, file = ?, file_digest = ?, inputs = ? WHERE id = ?',
        event.snapshot,
        runbook.name,
        file,
        fileDigest,
        JSON.stringify(event.inputs),
        id,
      );
      remember(snapshotIds, id, event.snapshot, mostRuns);
      run("UPDATE approvals SET status = 'void' WHERE run = ? AND kind = 'approval' AND status = 'pending'", id);
      run(`DELETE FROM steps WHERE run = ? AND ${notBegun}`, id);
      run("UPDATE steps SET status = 'running', held = 0 WHERE run = ? AND (held = 1 OR status = 'waiting_approval')", id);
      const only = prepare('SELECT only_step FROM runs WHERE id = ?').get(id)?.only_step;
      list(id, edited, typeof only === 'string' ? only : undefined);
      for (const row of prepare('SELECT path FROM steps WHERE run = ?').all(id)) {
        const path = text(row, 'path');
        const step = locate(edited, path)?.planned.step;
        if (step) run('UPDATE steps SET name = ?, line = ? WHERE run = ? AND path = ?', step.name ?? null, step.line, id, path);
      }
    },
    'phase-entered': ({ run: id }, { phase, call }) => {
      if (call === undefined) run('UPDATE runs SET phase = ? WHERE id = ?', phase, id);
    },
    'step-skipped': (entry, { path, reason }) => {
      endStep(entry, path, 'skipped');
      // Only a person skips a step that asks.
      if (reason === 'requested') voidQuestions(entry, path);
    },
    'approval-requested': (entry, event) => {
      setStep(entry, event.path, 'waiting_approval');
      ask(entry, event.path, 'approval', event.digest, { ...event, request: JSON.stringify(event.request) });
    },
    'approval-given': ({ run: id }, { path, actor }) =>
      run(
        `UPDATE approvals SET given = json_insert(given, '$[#]', ?) WHERE run = ? AND path = ? AND status = 'pending'`,
        actor.by,
        id,
        path,
      ),
    'approval-escalated': ({ run: id }, { path, time, approvers }) =>
      run(
        `UPDATE approvals SET escalated_at = ?, approvers = ? WHERE run = ? AND path = ? AND status = 'pending'`,
        time,
        json(approvers),
        id,
        path,
      ),
    'approval-granted': (entry, event) => {
      setStep(entry, event.path, 'running');
      decide(entry, event.path, 'approval', 'approved', event);
    },
    'approval-rejected': (entry, event) => {
      endStep(entry, event.path, 'failed', { error: rejection(event) });
      decide(entry, event.path, 'approval', 'rejected', event);
    },
    'approval-expired': (entry, event) => {
      endStep(entry, event.path, 'failed', { error: problem('approval-expired', { step: event.path }) });
      decide(entry, event.path, 'approval', 'expired');
    },
    'step-started': (entry, event) =>
      setStep(entry, event.path, 'running', {
        attempts: event.attempt,
        started_at: event.time,
        finished_at: null,
        error: null,
        error_at: null,
        exit_code: null,
        request: JSON.stringify(event.request),
        risk: event.risk,
      }),
    'step-opened': (entry, event) =>
      setStep(entry, event.path, 'running', { started_at: event.time, finished_at: null, error: null, error_at: null, exit_code: null }),
    'step-continued': (entry, event) => setStep(entry, event.path, 'running', { finished_at: null, error: null, error_at: null }),
    'pass-started': () => undefined,
    'wait-continued': () => undefined,
    'step-succeeded': (entry, event) => {
      endStep(entry, event.path, 'succeeded', event);
      undone(entry.run, event.path);
    },
    'step-failed': (entry, event) => {
      // Between two attempts a step counts as running, and while its fallback runs.
      endStep(entry, event.path, event.retryAt === undefined && event.fallback === undefined ? 'failed' : 'running', event);
    },
    'step-cancelled': (entry, event) => {
      endStep(entry, event.path, 'cancelled');
      voidQuestions(entry, event.path);
    },
    'step-held': (entry, event) =>
      setStep(entry, event.path, 'running', {
        attempts: event.attempt - 1,
        error: json(event.error),
        error_at: event.time,
        held: 1,
      }),
    'secrets-unlocked': ({ run: id }) => letGo(id),
    'step-unknown': (entry, event) => {
      setStep(entry, event.path, 'unknown');
      const step = prepare('SELECT request, risk FROM steps WHERE run = ? AND path = ?').get(entry.run, event.path);
      ask(entry, event.path, 'unknown-outcome', event.digest, {
        message: `The engine ended while the step ${event.path} ran. What became of it?`,
        risk: step ? text(step, 'risk') : 'medium',
        reason: 'policy',
        request: step ? text(step, 'request') : '{"kind":"gate","secretTexts":[]}',
      });
    },
    'unknown-answered': (entry, event) => {
      decide(entry, event.path, 'unknown-outcome', 'answered', event);
      if (event.answer === 'repeat') return setStep(entry, event.path, 'running');
      if (event.answer === 'failed') return endStep(entry, event.path, 'failed', { error: problem('outcome-unknown') });
      endStep(entry, event.path, 'succeeded', { outputs: {} });
      undone(entry.run, event.path);
    },
    'cancel-requested': ({ run: id }) => run('UPDATE runs SET paused = 0 WHERE id = ?', id),
    'pause-requested': ({ run: id }) => run('UPDATE runs SET paused = 1 WHERE id = ?', id),
    'resume-requested': ({ run: id }) => {
      run('UPDATE runs SET paused = 0 WHERE id = ?', id);
      letGo(id);
    },
    'run-exceeded': () => undefined,
    'skip-requested': () => undefined,
    'run-reopened': ({ run: id }, { paths, around }) => {
      reopen(id);
      run("UPDATE steps SET status = 'pending' WHERE run = ? AND status IN ('skipped', 'cancelled')", id);
      for (const path of paths)
        run("UPDATE steps SET status = 'pending', error = NULL, error_at = NULL, finished_at = NULL WHERE run = ? AND path = ?", id, path);
      for (const path of around)
        run("UPDATE steps SET status = 'running', error = NULL, error_at = NULL, finished_at = NULL WHERE run = ? AND path = ?", id, path);
    },
    'rollback-requested': ({ run: id }) => reopen(id),
    'run-finished': ({ run: id }, event) => {
      run(
        'UPDATE runs SET finished_at = ?, status = ?, outputs = ?, rollback = ?, error = ?, queued = 0 WHERE id = ?',
        event.time,
        event.status,
        JSON.stringify(event.outputs),
        event.rollback ?? null,
        json(event.error),
        id,
      );
      run("UPDATE approvals SET status = 'void' WHERE run = ? AND status = 'pending'", id);
      run("UPDATE steps SET status = 'skipped' WHERE run = ? AND status = 'pending'", id);
    },
  };

  const take = (entry: Entry): EventState => {
    const { run: id, seq, cursor, event } = entry;
    last = undefined;
    // The table is typed over all kinds; the compiler cannot see that kind and handler belong together.
    (handlers[event.kind] as (entry: Entry, event: KernelEvent) => void)(entry, event);
    moved.set(id, { seq, time: event.time });
    const status = (calm.has(event.kind) ? statuses.get(id) : undefined) ?? text(prepare(statusOfRun).get(id) ?? {}, 'status');
    remember(statuses, id, status, mostRuns);
    const stepStatus = 'path' in event ? statusOf(id, event.path) : undefined;
    run('INSERT INTO event_states VALUES (?, ?, ?)', cursor, status, stepStatus ?? null);
    return { status, ...(stepStatus === undefined ? {} : { stepStatus }) };
  };
  const settle = () => {
    for (const [id, { seq, time }] of moved) run('UPDATE runs SET seq = ?, updated_at = ? WHERE id = ?', seq, time, id);
    moved.clear();
  };
  return { take, settle };

  function statusOf(id: string, path: string): string | undefined {
    if (last?.path === path) return last.status;
    const row = prepare('SELECT status FROM steps WHERE run = ? AND path = ?').get(id, path);
    return row && text(row, 'status');
  }
}

/** As the kernel has it: a step that only asks, was approved and not started, or was held at its first attempt. */
const notBegun = "attempts = 0 AND (status IN ('pending', 'waiting_approval') OR held = 1 OR (status = 'running' AND started_at IS NULL))";

type Columns = Readonly<Record<string, SQLInputValue>>;

/** What a step keeps from its first attempt. */
const kept: readonly string[] = ['started_seq', 'started_at'];

function upsert(columns: readonly string[]): string {
  const all = ['run', 'path', 'place', 'started_seq', 'name', 'verb', 'line', 'file', 'status', ...columns];
  const withAttempts = all.includes('attempts')
    ? { names: all, values: all.map(() => '?') }
    : { names: [...all, 'attempts'], values: [...all.map(() => '?'), '0'] };
  const changed = ['started_seq', 'status', ...columns].map((name) =>
    kept.includes(name) ? `${name} = COALESCE(${name}, excluded.${name})` : `${name} = excluded.${name}`,
  );
  return `INSERT INTO steps (${withAttempts.names.join(', ')}) VALUES (${withAttempts.values.join(', ')}) ON CONFLICT DO UPDATE SET ${changed.join(', ')}`;
}

/** As the kernel's runStatus: a question comes first, whatever else goes on. Open questions have an index of their own, the steps of a run may be many. */
const statusOfRun = `UPDATE runs SET status = CASE
  WHEN finished_at IS NOT NULL THEN status
  WHEN queued = 1 THEN 'pending'
  WHEN paused = 1 THEN 'paused'
  WHEN EXISTS (SELECT 1 FROM approvals WHERE run = runs.id AND status = 'pending' AND kind = 'unknown-outcome') THEN 'paused'
  WHEN EXISTS (SELECT 1 FROM steps WHERE run = runs.id AND held = 1) THEN 'paused'
  WHEN EXISTS (SELECT 1 FROM approvals WHERE run = runs.id AND status = 'pending' AND kind = 'approval') THEN 'waiting_approval'
  WHEN phase = 'rollback' THEN 'rolling_back'
  ELSE 'running' END WHERE id = ? RETURNING status`;

const mostSnapshots = 64;
const mostRuns = 4096;

/** The oldest entry makes room. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.set(key, value);
  const oldest = map.size > most ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
