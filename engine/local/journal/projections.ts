import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { problem } from '../../../runbook/core/errors.ts';
import { type Planned, planOf } from '../../../runbook/core/plan.ts';
import type { KernelEvent } from '../../kernel/event.ts';
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

/** Keeps runs, steps and approvals as the events say. Deterministic in the order of events, so that they can be rebuilt. */
export function projector(db: DatabaseSync): (entry: Entry) => EventState {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const run = (sql: string, ...values: SQLInputValue[]) => prepare(sql).run(...values);
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  let cached: { readonly digest: string; readonly snapshot: Snapshot } | undefined;

  const snapshotOf = (digest: string): Snapshot => {
    if (cached?.digest !== digest) {
      const row = prepare('SELECT json FROM snapshots WHERE digest = ?').get(digest);
      if (!row) throw new Error(`snapshot ${digest} is missing`);
      cached = { digest, snapshot: JSON.parse(text(row, 'json')) as Snapshot };
    }
    return cached.snapshot;
  };
  const planned = (id: string, path: string): Planned | undefined => {
    const row = prepare('SELECT snapshot FROM runs WHERE id = ?').get(id);
    return row && planOf(snapshotOf(text(row, 'snapshot')).runbook).steps.get(path);
  };
  /** Undo steps have no row until something happens to them. */
  const touch = ({ run: id, seq }: Entry, path: string) => {
    const known = planned(id, path);
    run(
      `INSERT INTO steps (run, path, place, started_seq, name, verb, line, status, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', 0)
       ON CONFLICT DO UPDATE SET started_seq = COALESCE(started_seq, excluded.started_seq)`,
      id,
      path,
      behindAll,
      seq,
      known?.step.name ?? null,
      known ? verbName(known.step) : 'run',
      known?.step.line ?? 1,
    );
  };
  const setStep = (entry: Entry, path: string, status: string) => {
    touch(entry, path);
    run('UPDATE steps SET status = ? WHERE run = ? AND path = ?', status, entry.run, path);
  };
  const endStep = (entry: Entry, path: string, status: string, more: { outputs?: unknown; exitCode?: number; error?: unknown } = {}) => {
    setStep(entry, path, status);
    run(
      'UPDATE steps SET finished_at = ?, outputs = ?, exit_code = ?, error = ?, error_at = ? WHERE run = ? AND path = ?',
      entry.event.time,
      json(more.outputs),
      more.exitCode ?? null,
      json(more.error),
      more.error === undefined ? null : entry.event.time,
      entry.run,
      path,
    );
  };
  const ask = (
    entry: Entry,
    path: string,
    kind: string,
    digest: string,
    about: { message: string; risk: string; reason: string; request: string; expiresAt?: number },
  ) =>
    run(
      `INSERT INTO approvals (run, seq, path, kind, status, digest, message, risk, reason, request, requested_at, expires_at) VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?)`,
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
    const undoes = planned(id, path)?.undoes;
    if (undoes) run("UPDATE steps SET status = 'undone' WHERE run = ? AND path = ?", id, undoes.path);
  };

  const handlers: Handlers = {
    'run-started': ({ run: id, seq }, event) => {
      const { runbook, file, fileDigest } = snapshotOf(event.snapshot);
      run(
        `INSERT INTO runs (id, runbook, file, file_digest, snapshot, status, phase, requested_by, via, only_step, inputs, outputs, created_at, updated_at, seq)
         VALUES (?, ?, ?, ?, ?, 'running', 'steps', ?, ?, ?, ?, '{}', ?, ?, ?)`,
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
      );
      const { steps } = planOf(runbook);
      for (const [place, path] of (event.only === undefined ? listed(runbook) : [event.only]).entries()) {
        const step = steps.get(path)?.step;
        if (!step) throw new Error(`the runbook has no step ${path}`);
        run(
          "INSERT INTO steps (run, path, place, name, verb, line, status, attempts) VALUES (?, ?, ?, ?, ?, ?, 'pending', 0)",
          id,
          path,
          place,
          step.name ?? null,
          verbName(step),
          step.line,
        );
      }
    },
    'phase-entered': ({ run: id }, { phase }) => run('UPDATE runs SET phase = ? WHERE id = ?', phase, id),
    'step-skipped': (entry, { path, reason }) => {
      if (reason !== 'not-selected') endStep(entry, path, 'skipped');
    },
    'approval-requested': (entry, event) => {
      setStep(entry, event.path, 'waiting_approval');
      ask(entry, event.path, 'approval', event.digest, { ...event, request: JSON.stringify(event.request) });
    },
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
    'step-started': (entry, event) => {
      setStep(entry, event.path, 'running');
      run(
        'UPDATE steps SET attempts = ?, started_at = COALESCE(started_at, ?), finished_at = NULL, error = NULL, error_at = NULL, exit_code = NULL, request = ?, risk = ? WHERE run = ? AND path = ?',
        event.attempt,
        event.time,
        JSON.stringify(event.request),
        event.risk,
        entry.run,
        event.path,
      );
    },
    'step-succeeded': (entry, event) => {
      endStep(entry, event.path, 'succeeded', event);
      undone(entry.run, event.path);
    },
    'step-failed': (entry, event) => {
      // Between two attempts a step counts as running.
      endStep(entry, event.path, event.retryAt === undefined ? 'failed' : 'running', event);
    },
    'step-cancelled': (entry, event) => {
      endStep(entry, event.path, 'cancelled');
      decide(entry, event.path, 'approval', 'void');
      decide(entry, event.path, 'unknown-outcome', 'void');
    },
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
    'cancel-requested': () => undefined,
    'run-finished': ({ run: id }, event) => {
      run(
        'UPDATE runs SET finished_at = ?, status = ?, outputs = ?, rollback = ?, error = ? WHERE id = ?',
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

  return (entry) => {
    const { run: id, seq, cursor, event } = entry;
    // The table is typed over all kinds; the compiler cannot see that kind and handler belong together.
    (handlers[event.kind] as (entry: Entry, event: KernelEvent) => void)(entry, event);
    run(
      'UPDATE runs SET seq = ?, updated_at = ?, status = CASE WHEN finished_at IS NULL THEN ? ELSE status END WHERE id = ?',
      seq,
      event.time,
      unfinishedStatus(prepare, id),
      id,
    );
    const status = text(prepare('SELECT status FROM runs WHERE id = ?').get(id) ?? {}, 'status');
    const step = 'path' in event ? prepare('SELECT status FROM steps WHERE run = ? AND path = ?').get(id, event.path) : undefined;
    const stepStatus = step && text(step, 'status');
    run('INSERT INTO event_states VALUES (?, ?, ?)', cursor, status, stepStatus ?? null);
    return { status, ...(stepStatus === undefined ? {} : { stepStatus }) };
  };
}

/** As the kernel's runStatus: a question comes first, whatever else goes on. */
function unfinishedStatus(prepare: (sql: string) => StatementSync, id: string): string {
  const has = (sql: string) => prepare(sql).get(id) !== undefined;
  if (has("SELECT 1 FROM steps WHERE run = ? AND status = 'unknown'")) return 'paused';
  if (has("SELECT 1 FROM steps WHERE run = ? AND status = 'waiting_approval'")) return 'waiting_approval';
  return has("SELECT 1 FROM runs WHERE id = ? AND phase = 'rollback'") ? 'rolling_back' : 'running';
}
