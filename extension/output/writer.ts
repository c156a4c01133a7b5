import type { StepView } from '../../protocol/run.ts';
import { goesOn, linePrefix, stepFooter, stepHeading } from './render.ts';

/**
 * Puts what several steps say into one text.
 * 1. While one step runs, its output is written as it comes: progress bars, dots, prompts.
 * 2. While several run, whole lines are written, each behind the path of its step; the beginning of a line waits for its end.
 * 3. A line of one step is never continued by another.
 */
export interface StepWriter {
  heading(step: Pick<StepView, 'id' | 'name'> & Partial<Pick<StepView, 'verb'>>, attempt: number): void;
  /** Text that is safe for a terminal. */
  text(step: string, text: string): void;
  /** The step has ended, or waits. */
  footer(step: StepView): void;
  /** A line or more that belong to no step. */
  other(text: string): void;
}

/** What only holds other steps, or waits, says nothing itself. */
const silent: readonly string[] = ['parallel', 'for-each', 'repeat', 'switch', 'call', 'wait', 'set', 'approve'];
const noNewline = /[^\n]$/;

export function createStepWriter(write: (text: string) => void): StepWriter {
  /** Those that may say something. */
  const live = new Set<string>();
  const names = new Map<string, string>();
  const held = new Map<string, string>();
  /** Whose words were written last, and whether their line is open. */
  let last: string | undefined;
  let open = false;

  function put(text: string): void {
    if (text === '') return;
    write(text);
    open = noNewline.test(text);
  }

  function fresh(step: string | undefined): void {
    if (open) put('\r\n');
    last = step;
  }

  function lines(step: string, text: string): void {
    const whole = (held.get(step) ?? '') + text;
    const cut = whole.lastIndexOf('\n') + 1;
    held.set(step, whole.slice(cut));
    if (cut === 0) return;
    fresh(step);
    const all = whole.slice(0, cut - 1).split('\n');
    put(all.map((line) => `${linePrefix(step)}${overwritten(line)}\u001b[0m\r\n`).join(''));
  }

  /** What was held back of a line, as a line. */
  function release(step: string): void {
    const rest = held.get(step) ?? '';
    held.delete(step);
    if (rest === '') return;
    if (alone(step) && last === step) put(rest);
    else lines(step, `${rest}\n`);
  }

  const alone = (step: string): boolean => live.size === 0 || (live.size === 1 && live.has(step));

  return {
    heading(step, attempt) {
      if (step.name !== undefined) names.set(step.id, step.name);
      fresh(step.id);
      put(stepHeading(step, attempt));
      if (!silent.includes(step.verb ?? 'run')) live.add(step.id);
    },
    text(step, text) {
      if (text === '') return;
      live.add(step);
      if (!alone(step)) return lines(step, text);
      if (last !== step) {
        fresh(step);
        put(goesOn({ id: step, name: names.get(step) }));
      }
      const before = held.get(step) ?? '';
      held.delete(step);
      put(before + text);
    },
    footer(step) {
      release(step.id);
      const named = last !== step.id || !alone(step.id);
      live.delete(step.id);
      fresh(step.id);
      put(stepFooter(step, named));
    },
    other(text) {
      fresh(undefined);
      put(text);
    },
  };
}

/** What is left of a line in which a script went back to its beginning. */
function overwritten(line: string): string {
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}
