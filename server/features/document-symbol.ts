import type { DocumentSymbol, DocumentSymbolParams } from 'vscode-languageserver/node';
import { symbols } from '../../runbook/language/symbols.ts';
import type { Feature } from '../feature.ts';
import { toSymbol } from '../to-lsp.ts';

export const documentSymbol: Feature = {
  capability: { documentSymbolProvider: true },
  register({ connection, documents, guarded }) {
    connection.onDocumentSymbol(
      guarded<DocumentSymbolParams, DocumentSymbol[]>('textDocument/documentSymbol', [], ({ textDocument }) => {
        const analysis = documents.analysis(textDocument.uri);
        return analysis ? symbols(analysis.document).map((symbol) => toSymbol(analysis.document.lines, symbol)) : [];
      }),
    );
  },
};
