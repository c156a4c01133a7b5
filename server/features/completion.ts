import type { CompletionItem, CompletionList, CompletionParams } from 'vscode-languageserver/node';
import { complete } from '../../runbook/language/complete.ts';
import { most } from '../../runbook/language/completion.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toCompletion } from '../to-lsp.ts';

export const completion: Feature = {
  capability: { completionProvider: { triggerCharacters: ['.', ' ', '{', "'", '-', '/', '\n'] } },
  register({ connection, documents, guarded, client, vscode, world }) {
    const snippets = client.textDocument?.completion?.completionItem?.snippetSupport === true;
    connection.onCompletion(
      guarded<CompletionParams, CompletionItem[] | CompletionList>('textDocument/completion', [], ({ textDocument, position }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        const items = complete(analysis, fromPosition(lines, position), world(textDocument.uri))
          .slice(0, most)
          .map((item, index) => toCompletion(lines, item, index, { vscode, snippets }));
        return items.length < most ? items : { isIncomplete: true, items };
      }),
    );
  },
};
