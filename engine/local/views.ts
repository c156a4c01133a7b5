import type { DatabaseSync } from 'node:sqlite';
import type { ListRuns } from '../../protocol/api.ts';
import type { ApprovalView, ErrorView, RequestView, RunDetail, RunEvent, RunSummary, StepView } from '../../protocol/run.ts';
import type { KernelEvent } from '../kernel/event.ts';
import type { Opening, Request } from '../kernel/request.ts';
import type { Recorded } from './journal/journal.ts';
import { number, optionalNumber, optionalText, type Row, text } from './journal/rows.ts';
import { nameOf, placeSecrets } from './place-secrets.ts';

const iso = (time: number): string => new Date(time).toISOString();
const json = (row: Row, column: string): unknown => {
  const value = optionalText(row, column);
  return value === undefined ? undefined : JSON.parse(value);
};
/** Leaves out what is undefined. */
const filled = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;

/** Newest first. */
export function listRuns(db: DatabaseSync, query: ListRuns): RunSummary[] {
  const sql =
    'SELECT * FROM runs WHERE (?1 IS NULL OR file = ?1) AND (?2 IS NULL OR status = ?2) ORDER BY created_at DESC, id DESC LIMIT ?3';
  return db
    .prepare(sql)
    .all(query.file ?? null, query.status ?? null, query.limit ?? 100)
    .map(summary);
}

/** `most`: of a run with more steps only those that did not go well, the first that many of them. */
export function showRun(db: DatabaseSync, id: string, most = Number.POSITIVE_INFINITY): RunDetail | undefined {
  const row = db.prepare('SELECT * FROM runs WHERE id = ?').get(id);
  if (!row) return undefined;
  const { rows, leftOut } = stepsOf(db, id, most);
  const errors = rows.flatMap((step) =>
    step.error === null ? [] : [{ ...(json(step, 'error') as ErrorView), step: text(step, 'path'), time: iso(number(step, 'error_at')) }],
  );
  const own = json(row, 'error') as ErrorView | undefined;
  return filled({
    ...summary(row),
    via: text(row, 'via'),
    updatedAt: iso(number(row, 'updated_at')),
    snapshot: text(row, 'snapshot'),
    fileDigest: text(row, 'file_digest'),
    inputs: json(row, 'inputs') as Record<string, unknown>,
    steps: rows.map(stepView),
    stepsLeftOut: leftOut === 0 ? undefined : leftOut,
    approvals: approvals(db, 'a.run = ? ORDER BY a.seq', id),
    errors:
      own && !errors.some(({ code, message }) => code === own.code && message === own.message)
        ? [...errors, { ...own, time: iso(number(row, 'updated_at')) }]
        : errors,
    outputs: json(row, 'outputs') as Record<string, unknown>,
    rollback: optionalText(row, 'rollback') as RunDetail['rollback'],
    paused: pauseOf(db, row),
    queued: queueOf(db, row),
    seq: number(row, 'seq'),
  });
}

const order = 'ORDER BY started_seq IS NULL, started_seq, place';

function stepsOf(db: DatabaseSync, run: string, most: number): { rows: Row[]; leftOut: number } {
  if (most !== Number.POSITIVE_INFINITY) {
    const count = number(db.prepare('SELECT COUNT(*) AS count FROM steps WHERE run = ?').get(run) ?? {}, 'count');
    const bad = `SELECT * FROM steps WHERE run = ? AND (status NOT IN ('succeeded', 'skipped') OR error IS NOT NULL) ${order} LIMIT ?`;
    if (count > most) {
      const rows = db.prepare(bad).all(run, most);
      return { rows, leftOut: count - rows.length };
    }
  }
  return { rows: db.prepare(`SELECT * FROM steps WHERE run = ? ${order}`).all(run), leftOut: 0 };
}

function pauseOf(db: DatabaseSync, run: Row): RunDetail['paused'] {
  if (run.paused !== 1 || run.finished_at !== null) return undefined;
  const sql = "SELECT time, payload FROM events WHERE run = ? AND kind = 'pause-requested' ORDER BY seq DESC LIMIT 1";
  const row = db.prepare(sql).get(text(run, 'id'));
  const event = row && (JSON.parse(text(row, 'payload')) as { actor?: { by?: string } });
  return row && { by: event?.actor?.by ?? '', at: iso(number(row, 'time')) };
}

function queueOf(db: DatabaseSync, run: Row): RunDetail['queued'] {
  const group = optionalText(run, 'busy_group');
  if (run.queued !== 1 || group === undefined || run.finished_at !== null) return undefined;
  const sql = 'SELECT id FROM runs WHERE busy_group = ? AND finished_at IS NULL AND id <> ? ORDER BY queued, created_at, id LIMIT 1';
  const row = db.prepare(sql).get(group, text(run, 'id'));
  return { group, ...(row ? { behind: text(row, 'id') } : {}) };
}

export const pendingApprovals = (db: DatabaseSync): ApprovalView[] => approvals(db, "a.status = 'pending' ORDER BY a.requested_at, a.run");

function approvals(db: DatabaseSync, where: string, ...values: string[]): ApprovalView[] {
  const sql = `SELECT a.*, r.runbook, COALESCE(s.file, r.file) AS file, s.name, s.line FROM approvals a JOIN runs r ON r.id = a.run LEFT JOIN steps s ON s.run = a.run AND s.path = a.path WHERE ${where}`;
  return db
    .prepare(sql)
    .all(...values)
    .map((row) =>
      filled({
        run: text(row, 'run'),
        runbook: text(row, 'runbook'),
        file: text(row, 'file'),
        step: text(row, 'path'),
        stepName: optionalText(row, 'name'),
        line: optionalNumber(row, 'line') ?? 1,
        kind: text(row, 'kind') as ApprovalView['kind'],
        status: text(row, 'status') as ApprovalView['status'],
        digest: text(row, 'digest'),
        message: text(row, 'message'),
        risk: text(row, 'risk') as ApprovalView['risk'],
        reason: text(row, 'reason') as ApprovalView['reason'],
        request: requestView(json(row, 'request') as Request),
        requestedAt: iso(number(row, 'requested_at')),
        expiresAt: optionalTime(row, 'expires_at'),
        approvers: json(row, 'approvers') as string[] | undefined,
        unresolved: json(row, 'unresolved') as string[] | undefined,
        ...(number(row, 'min') < 2 ? {} : { min: number(row, 'min'), given: json(row, 'given') as string[] }),
        escalatedAt: optionalTime(row, 'escalated_at'),
        by: optionalText(row, 'decided_by'),
        via: optionalText(row, 'via'),
        note: optionalText(row, 'note'),
      }),
    );
}

function optionalTime(row: Row, column: string): string | undefined {
  const time = optionalNumber(row, column);
  return time === undefined ? undefined : iso(time);
}

function summary(row: Row): RunSummary {
  return filled({
    id: text(row, 'id'),
    runbook: text(row, 'runbook'),
    file: text(row, 'file'),
    status: text(row, 'status') as RunSummary['status'],
    createdAt: iso(number(row, 'created_at')),
    finishedAt: optionalTime(row, 'finished_at'),
    requestedBy: text(row, 'requested_by'),
  });
}

function stepView(row: Row): StepView {
  const started = optionalNumber(row, 'started_at');
  const finished = optionalNumber(row, 'finished_at');
  return filled({
    id: text(row, 'path'),
    name: optionalText(row, 'name'),
    verb: text(row, 'verb'),
    line: number(row, 'line'),
    file: optionalText(row, 'file'),
    status: text(row, 'status') as StepView['status'],
    attempts: number(row, 'attempts'),
    startedAt: optionalTime(row, 'started_at'),
    finishedAt: optionalTime(row, 'finished_at'),
    durationMs: started === undefined || finished === undefined ? undefined : Math.max(0, finished - started),
    exitCode: optionalNumber(row, 'exit_code'),
    cachedAt: optionalTime(row, 'cached_at'),
    error: json(row, 'error') as ErrorView | undefined,
    outputs: json(row, 'outputs') as Record<string, unknown> | undefined,
  });
}

/** In the words a person decides by; secrets appear as `***NAME***`. */
export function requestView(request: Request): RequestView {
  const shown = placeSecrets(request, (secret) => `***${nameOf(secret)}***`);
  switch (shown.kind) {
    case 'gate':
      return { kind: 'gate', ...(shown.opens === undefined ? {} : { with: openingView(shown.opens) }), env: {}, target: 'local' };
    case 'script': {
      const { kind, action, script, shell, workingDirectory, env, target, connection, retryWith } = shown;
      const how = typeof shell === 'string' ? shell : shell.join(' ');
      return filled({ kind, action, script, shell: how, workingDirectory, env, target, connection, retryWith });
    }
    case 'action': {
      const { kind, action, with: input, retryWith, workingDirectory, settings, env, target, connection } = shown;
      return filled({ kind, action, with: input, retryWith, workingDirectory, settings, env, target, connection });
    }
  }
}

/** Secrets are in their places by now. */
function openingView(opens: Opening): Record<string, unknown> {
  if (opens.verb !== 'call') return { ...opens };
  const { secretInputs: _held, ...shown } = opens;
  return shown;
}

/** What a line about the event should add. */
function said(event: KernelEvent): string | undefined {
  if (event.kind === 'pass-started') return String(event.index + 1);
  return event.kind === 'step-failed' && event.fallback === true ? 'its fallback is taken' : undefined;
}

/** A journal event as clients get it. */
export function eventView({ run, seq, event, status, stepStatus }: Recorded): RunEvent {
  const about = event as Partial<Record<'path' | 'attempt' | 'exitCode' | 'error' | 'digest' | 'message' | 'note', unknown>>;
  return filled({
    seq,
    time: iso(event.time),
    run,
    type: event.kind,
    step: about.path as string | undefined,
    attempt: about.attempt as number | undefined,
    status: status as RunEvent['status'],
    stepStatus: stepStatus as RunEvent['stepStatus'],
    exitCode: about.exitCode as number | undefined,
    cachedAt: event.kind === 'step-succeeded' && event.cachedAt !== undefined ? iso(event.cachedAt) : undefined,
    error: about.error as ErrorView | undefined,
    digest: about.digest as string | undefined,
    message: (about.message ?? about.note ?? said(event)) as string | undefined,
    by: 'actor' in event ? event.actor?.by : undefined,
    via: 'actor' in event ? event.actor?.via : undefined,
  });
}
