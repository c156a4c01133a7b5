import type { CompletionItem, CompletionParams } from 'vscode-languageserver/node';
import { complete } from '../../runbook/language/complete.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toCompletion } from '../to-lsp.ts';

export const completion: Feature = {
  capability: { completionProvider: { triggerCharacters: ['.', ' ', '{', "'", '-', '/', '\n'] } },
  register({ connection, documents, guarded, vscode }) {
    connection.onCompletion(
      guarded<CompletionParams, CompletionItem[]>('textDocument/completion', [], ({ textDocument, position }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        return complete(analysis, fromPosition(lines, position)).map((item, index) => toCompletion(lines, item, index, vscode));
      }),
    );
  },
};
