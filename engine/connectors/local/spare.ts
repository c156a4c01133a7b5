import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { type SupervisorProcess, startSupervisor } from './session.ts';

/** Milliseconds that one nobody needs is kept: an engine that waits has none. */
const usualKeep = 10_000;

/**
 * Supervisors, one of which is always on its way while scripts run: starting Node is most of what a short step costs.
 * 1. A spare one knows nothing and has begun nothing: its job comes over stdin when an attempt takes it, and the claim is made after that.
 * 2. It ends by itself when its stdin does: with the engine, however that ends, and after `keep` milliseconds without a script.
 */
export class Supervisors {
  readonly #path: string;
  readonly #keep: number;
  #spare: SupervisorProcess | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string, keep = usualKeep) {
    this.#path = path;
    this.#keep = keep;
  }

  /** For one attempt. `spare`: it was started before, and may have died since without a word. */
  take(): { readonly supervisor: SupervisorProcess; readonly spare: boolean } {
    const spare = this.#spare;
    clearTimeout(this.#timer);
    this.#spare = undefined;
    const taken = spare !== undefined && lives(spare);
    const supervisor = taken ? spare : startSupervisor(this.#path);
    if (taken) hold(spare, true);
    this.#start();
    return { supervisor, spare: taken };
  }

  #start(): void {
    const spare = startSupervisor(this.#path);
    // What cannot be started now is started, and told, with the next attempt.
    spare.on('error', () => {});
    spare.stdin.on('error', () => {});
    hold(spare, false);
    this.#spare = spare;
    this.#timer = setTimeout(() => {
      this.#spare = undefined;
      spare.stdin.end();
    }, this.#keep);
    this.#timer.unref();
  }
}

const lives = ({ pid, exitCode, signalCode }: ChildProcess): boolean => pid !== undefined && exitCode === null && signalCode === null;

/** Whether the engine's process waits for it. */
function hold(child: SupervisorProcess, wanted: boolean): void {
  for (const one of [child, child.stdin, child.stdout]) {
    if (one !== child && !(one instanceof Socket)) continue;
    if (wanted) one.ref();
    else one.unref();
  }
}
