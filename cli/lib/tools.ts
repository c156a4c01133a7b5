import { dirname, resolve } from 'node:path';
import type { ToolPorts } from '../../copilot/tools/ports.ts';
import { loadText } from './runbook.ts';

/** What a model's tools reach: the runbooks below the file's folder, or below this one. */
export async function toolsOf(file: string | undefined): Promise<Omit<ToolPorts, 'sources'>> {
  const [{ libraryOf }, { Workspace }, { disk }, { builtInActions }] = await Promise.all([
    import('./library.ts'),
    import('../../workspace/workspace.ts'),
    import('../../workspace/files.ts'),
    import('../../runbook/actions.ts'),
  ]);
  const beside = resolve(file ?? 'new.runbook.yaml');
  const workspace = new Workspace(disk, builtInActions, () => performance.now());
  return {
    language: {
      actions: async () => workspace.around(beside).actions,
      check: async (text, of) =>
        (await loadText(text, of ?? beside)).rows.map(({ line, severity, code, message }) => ({ line, severity, code, message })),
    },
    library: libraryOf(dirname(beside)),
  };
}
