import { ProblemError, problem } from '../../runbook/core/errors.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { planOf } from '../../runbook/core/plan.ts';
import { joinPath } from '../kernel/paths.ts';
import type { RunbookFile } from '../kernel/snapshot.ts';

/** Calls that lead deeper, or to more files, are a mistake in one of them. */
const deepest = 32;
const most = 256;

/**
 * The runbooks that a runbook calls, directly or through others, by absolute path, and the actions of one's own that are used.
 * `read` trusts and reads one of them; `actionFile` gives the file of an action of one's own.
 * Throws `call-missing`, `call-circle`, or what `read` throws.
 */
export async function calledBy(
  root: RunbookFile,
  read: (file: string) => Promise<RunbookFile>,
  actionFile: ActionFile = () => undefined,
): Promise<Record<string, RunbookFile>> {
  const found: Record<string, RunbookFile> = {};
  const follow = async ({ runbook, file, folder }: RunbookFile, through: readonly string[]): Promise<void> => {
    for (const { path, called } of callsIn(runbook, folder, actionFile)) {
      const chain = [...through, file];
      if (chain.includes(called))
        throw new ProblemError(problem('call-circle', { file: called, through: chain.slice(chain.indexOf(called)).join(', ') }));
      if (Object.hasOwn(found, called)) continue;
      if (chain.length > deepest || Object.keys(found).length >= most)
        throw new ProblemError(
          problem('runbook-invalid', {
            file: root.file,
            count: '1 error',
            first: `it calls more than ${most} runbooks, or deeper than ${deepest}`,
          }),
        );
      const other = await read(called).catch((error: unknown) => {
        if (error instanceof ProblemError && error.problem.code === 'file-missing')
          throw new ProblemError(problem('call-missing', { step: path, file: called }));
        throw error;
      });
      found[called] = other;
      await follow(other, chain);
    }
  };
  await follow(root, []);
  checkCircles(root, found, actionFile);
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type ActionFile = (action: string) => string | undefined;

function callsIn(runbook: Runbook, folder: string, actionFile: ActionFile): { path: string; called: string }[] {
  return [...planOf(runbook).steps.values()].flatMap(({ step: { path, verb } }) => {
    const called = verb.kind === 'call' ? joinPath(folder, verb.file) : verb.kind === 'uses' ? actionFile(verb.action) : undefined;
    return called === undefined ? [] : [{ path, called }];
  });
}

/** A file that was reached by one way is not followed by the next, so a circle may close where nobody looked. */
function checkCircles(root: RunbookFile, found: Readonly<Record<string, RunbookFile>>, actionFile: ActionFile): void {
  const over = new Set<string>();
  const visit = ({ runbook, file, folder }: RunbookFile, chain: readonly string[]): void => {
    if (over.has(file)) return;
    if (chain.includes(file))
      throw new ProblemError(problem('call-circle', { file, through: chain.slice(chain.indexOf(file)).join(', ') }));
    for (const { called } of callsIn(runbook, folder, actionFile)) {
      const other = found[called];
      if (other !== undefined || called === root.file) visit(other ?? root, [...chain, file]);
    }
    over.add(file);
  };
  visit(root, []);
}
