import type { Location, ReferenceParams } from 'vscode-languageserver/node';
import { everywhere } from '../../runbook/language/places.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange } from '../to-lsp.ts';

export const references: Feature = {
  capability: { referencesProvider: true },
  register({ connection, documents, guarded, world }) {
    connection.onReferences(
      guarded<ReferenceParams, Location[]>('textDocument/references', [], ({ textDocument: { uri }, position, context }) => {
        const analysis = documents.analysis(uri);
        if (!analysis) return [];
        return everywhere(analysis, fromPosition(analysis.document.lines, position), world(uri))
          .filter(({ declares }) => context.includeDeclaration || !declares)
          .map(({ file, analysis: at, range }) => ({ uri: file || uri, range: toRange(at.document.lines, range) }));
      }),
    );
  },
};
