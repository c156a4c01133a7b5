import type { DocumentLink, DocumentLinkParams } from 'vscode-languageserver/node';
import { links } from '../../runbook/language/links.ts';
import type { Feature } from '../feature.ts';
import { toRange } from '../to-lsp.ts';

export const documentLink: Feature = {
  capability: { documentLinkProvider: {} },
  register({ connection, documents, neighbours, guarded, world }) {
    connection.onDocumentLinks(
      guarded<DocumentLinkParams, DocumentLink[]>('textDocument/documentLink', [], ({ textDocument: { uri } }) => {
        const analysis = documents.analysis(uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        return links(analysis, world(uri)).map(({ range, file, says }) => ({
          range: toRange(lines, range),
          target: neighbours.uriOf(file),
          tooltip: says,
        }));
      }),
    );
  },
};
