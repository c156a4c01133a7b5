import * as vscode from 'vscode';
import type { Question } from '../chat-port.ts';
import type { Engine } from '../engine/api.ts';
import { rollbackText } from '../runs/undos.ts';
import { fullText, headline } from './describe.ts';

const scheme = 'runwright-request';
/** No run's id begins so. */
const made = 'text-';

export interface RequestDocuments extends vscode.Disposable {
  show(question: Question): Promise<void>;
  showRollback(run: string): Promise<void>;
  /** What was made for one look, such as a dry run. */
  showText(name: string, text: string): Promise<void>;
}

/** What a question or a rollback would run, in full, as read-only documents. */
export function requestDocuments(engine: () => Promise<Engine>): RequestDocuments {
  const texts = new Map<string, string>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent(uri) {
      const text = uri.query.startsWith(made) ? texts.get(uri.query) : undefined;
      if (text !== undefined) return text;
      const [run = '', step, digest] = uri.query.split('&').map(decodeURIComponent);
      const detail = await (await engine()).show(run);
      if (step === undefined) return rollbackText(detail);
      const approval = detail.approvals.find((item) => item.step === step && item.digest === digest);
      return approval ? `${headline(approval)}\n\n${fullText(approval)}\n` : 'This question is not known to the engine any more.\n';
    },
  });
  const open = async (path: string, query: readonly string[]) => {
    const uri = vscode.Uri.from({ scheme, path, query: query.map(encodeURIComponent).join('&') });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  };
  return {
    show: ({ run, step, digest }) => open(`/${step}.txt`, [run, step, digest]),
    showRollback: (run) => open('/Rollback.txt', [run]),
    async showText(name, text) {
      const query = `${made}${texts.size}`;
      texts.set(query, text);
      const uri = vscode.Uri.from({ scheme, path: `/${name}`, query });
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    },
    dispose: () => provider.dispose(),
  };
}
