/** Written in by the build of the crash tests, and by no other: everywhere else all of this is nothing. */
declare const __HOLES__: boolean;
const present = typeof __HOLES__ === 'boolean' && __HOLES__;

/** Instants at which an engine that dies leaves the most behind. */
export const holes = ['before-append', 'after-append', 'after-spawn', 'after-exit', 'during-recovery', 'during-migration'] as const;
export type Hole = (typeof holes)[number];

const [armed, times] = present ? (process.env.RUNWRIGHT_TEST_HOLE ?? '').split(':') : [];
let left = Number(times ?? 1);

/** In the crash tests' build, and with `RUNWRIGHT_TEST_HOLE=NAME:N`: kills this process when it comes by for the Nth time. */
export function hole(name: Hole): void {
  if (!present || name !== armed || --left > 0) return;
  process.kill(process.pid, 'SIGKILL');
}

/** In the crash tests' build: as many steps behind the last migration as `RUNWRIGHT_TEST_MIGRATIONS` says. */
export function testMigrations(): readonly string[] {
  const count = present ? Number(process.env.RUNWRIGHT_TEST_MIGRATIONS ?? 0) : 0;
  return Array.from({ length: count }, (_, index) => `CREATE TABLE test_migration_${index} (id INTEGER PRIMARY KEY) STRICT`);
}
