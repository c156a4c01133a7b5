/** Thrown to leave the work where the step was stopped: the outcome is then `cancelled`. */
export class Stopped extends Error {}

export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new Stopped('stopped');
}
