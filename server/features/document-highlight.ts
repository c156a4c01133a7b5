import { type DocumentHighlight, DocumentHighlightKind, type DocumentHighlightParams } from 'vscode-languageserver/node';
import { places } from '../../runbook/language/places.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange } from '../to-lsp.ts';

export const documentHighlight: Feature = {
  capability: { documentHighlightProvider: true },
  register({ connection, documents, guarded }) {
    connection.onDocumentHighlight(
      guarded<DocumentHighlightParams, DocumentHighlight[]>('textDocument/documentHighlight', [], ({ textDocument, position }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        return places(analysis, fromPosition(lines, position)).map(({ range, declares }) => ({
          range: toRange(lines, range),
          kind: declares ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
        }));
      }),
    );
  },
};
