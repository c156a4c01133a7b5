import { type Context, createContext, Script } from 'node:vm';

const script = new Script('work()');
const idle = () => {};
/** Made once, with the first rule: making one takes longer than most work. */
let context: Context | undefined;

/**
 * Runs `work` and stops it after so many milliseconds, also in the middle of an expression: a log can be written by an attacker so that an
 * honest expression takes for ever. False when it was stopped; what it was doing is then half done.
 */
export function within(milliseconds: number, work: () => void): boolean {
  context ??= createContext({ work: idle });
  context.work = work;
  try {
    script.runInContext(context, { timeout: milliseconds });
    return true;
  } catch (error) {
    // Of the context's own kind of errors, so no `instanceof`.
    if (Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  } finally {
    context.work = idle;
  }
}
