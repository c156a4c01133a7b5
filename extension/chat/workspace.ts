import * as vscode from 'vscode';
import type { Earlier } from '../../copilot/plan/card.ts';
import type { ChatHost } from '../chat-port.ts';
import type { Engine } from '../engine/api.ts';
import { Refusal } from '../engine/problem.ts';
import type { ExecutionPorts } from './execution.ts';

/** Where the runbooks lie that sentences became; a person may keep them. */
const folder = ['.runwright', 'chat'];

export function executionPorts(host: ChatHost): ExecutionPorts {
  return {
    up: '../'.repeat(folder.length),
    async write(name, text) {
      const root = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
      if (root === undefined)
        throw new Refusal(
          'Actions run from a runbook in a folder, and no folder is open.',
          'Open a folder with "File: Open Folder" and ask again.',
        );
      const place = vscode.Uri.joinPath(root.uri, ...folder);
      const file = vscode.Uri.joinPath(place, name);
      try {
        await vscode.workspace.fs.createDirectory(place);
        await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
      } catch (error) {
        throw new Refusal(
          `The runbook of these actions cannot be written to ${file.fsPath}: ${error instanceof Error ? error.message : String(error)}`,
          'Open a folder that you may write to, and ask again. Nothing was done.',
        );
      }
      return file.fsPath;
    },
    read: async (file) => new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(file))),
    request: (file) => host.request({ file, inputs: {}, via: 'chat' }),
    show: async (run) => (await host.engine()).show(run),
    approve: (question, look) => host.approve(question, look),
    onRunsChanged: (listener) => host.onRunsChanged?.(listener) ?? (() => undefined),
  };
}

/** Runs that are looked at for how long actions usually take. */
const recent = 30;

export async function earlierTimes(engine: Pick<Engine, 'list' | 'show'>): Promise<Earlier> {
  const runs = (await engine.list({ limit: recent })).filter(({ status }) => status === 'completed');
  const steps = (await Promise.all(runs.map(({ id }) => engine.show(id)))).flatMap((run) => run.steps);
  return (uses) =>
    steps.flatMap(({ verb, status, durationMs }) =>
      verb === uses && status === 'succeeded' && durationMs !== undefined ? [durationMs] : [],
    );
}
