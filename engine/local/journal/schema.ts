/** Each entry raises the schema by one; never edit one that was released. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE events (
    cursor INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (run, seq)
  ) STRICT;
  CREATE TABLE snapshots (digest TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
  CREATE TABLE environments (run TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;

  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    runbook TEXT NOT NULL,
    file TEXT NOT NULL,
    file_digest TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    status TEXT NOT NULL,
    phase TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    via TEXT NOT NULL,
    only_step TEXT,
    inputs TEXT NOT NULL,
    outputs TEXT NOT NULL,
    rollback TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER,
    seq INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_time ON runs (created_at DESC, id DESC);
  CREATE INDEX runs_by_file ON runs (file, created_at DESC);
  CREATE INDEX runs_unfinished ON runs (id) WHERE finished_at IS NULL;
  CREATE TABLE steps (
    run TEXT NOT NULL,
    path TEXT NOT NULL,
    place INTEGER NOT NULL,
    started_seq INTEGER,
    name TEXT,
    verb TEXT NOT NULL,
    line INTEGER NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    exit_code INTEGER,
    error TEXT,
    error_at INTEGER,
    outputs TEXT,
    request TEXT,
    risk TEXT,
    PRIMARY KEY (run, path)
  ) STRICT;
  CREATE TABLE approvals (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    digest TEXT NOT NULL,
    message TEXT NOT NULL,
    risk TEXT NOT NULL,
    reason TEXT NOT NULL,
    request TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    expires_at INTEGER,
    decided_by TEXT,
    via TEXT,
    note TEXT,
    PRIMARY KEY (run, seq)
  ) STRICT;
  CREATE INDEX approvals_pending ON approvals (run) WHERE status = 'pending';
  CREATE TABLE event_states (cursor INTEGER PRIMARY KEY, status TEXT NOT NULL, step_status TEXT) STRICT;
  `,
  `
  ALTER TABLE runs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN busy_group TEXT;
  CREATE INDEX runs_by_group ON runs (busy_group, id) WHERE busy_group IS NOT NULL AND finished_at IS NULL;
  ALTER TABLE steps ADD COLUMN file TEXT;
  ALTER TABLE approvals ADD COLUMN approvers TEXT;
  ALTER TABLE approvals ADD COLUMN unresolved TEXT;
  ALTER TABLE approvals ADD COLUMN min INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE approvals ADD COLUMN given TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE approvals ADD COLUMN escalated_at INTEGER;
  `,
  `
  CREATE TABLE earlier_snapshots (run TEXT NOT NULL, seq INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (run, seq)) STRICT;
  CREATE INDEX earlier_snapshots_by_digest ON earlier_snapshots (digest);
  ALTER TABLE steps ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX steps_held ON steps (run) WHERE held = 1;
  `,
  `
  ALTER TABLE steps ADD COLUMN cached_at INTEGER;
  CREATE TABLE cached_results (digest TEXT PRIMARY KEY, outputs TEXT NOT NULL, stored_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE INDEX cached_results_by_end ON cached_results (expires_at);
  `,
];

/** Derived from events and snapshots; emptied and filled again by rebuild(). */
export const projectionTables = ['runs', 'steps', 'approvals', 'event_states', 'earlier_snapshots'] as const;
