import * as vscode from 'vscode';
import type { Question } from '../chat-port.ts';
import type { Engine } from '../engine/api.ts';
import { fullText, headline } from './describe.ts';

const scheme = 'runwright-request';

/** What a question would run, in full, as a read-only document. */
export function requestDocuments(engine: () => Promise<Engine>): vscode.Disposable & { show(question: Question): Promise<void> } {
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent(uri) {
      const [run = '', step, digest] = uri.query.split('&').map(decodeURIComponent);
      const { approvals } = await (await engine()).show(run);
      const approval = approvals.find((item) => item.step === step && item.digest === digest);
      return approval ? `${headline(approval)}\n\n${fullText(approval)}\n` : 'This question is not known to the engine any more.\n';
    },
  });
  return {
    async show(question) {
      const query = [question.run, question.step, question.digest].map(encodeURIComponent).join('&');
      const document = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme, path: `/${question.step}.txt`, query }));
      await vscode.window.showTextDocument(document, { preview: true });
    },
    dispose: () => provider.dispose(),
  };
}
