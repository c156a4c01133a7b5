import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Process id of the engine that has the state folder; throws where none was started. */
export function enginePid(state: string): number {
  return (JSON.parse(readFileSync(join(state, 'daemon.json'), 'utf8')) as { pid: number }).pid;
}

/** Ends the engine of a state folder that is about to be removed: an engine outlives the windows that started it. */
export function endEngine(state: string): void {
  try {
    process.kill(enginePid(state), 'SIGKILL');
  } catch {
    // None was started, or it has ended.
  }
}
