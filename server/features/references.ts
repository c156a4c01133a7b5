import type { Location, ReferenceParams } from 'vscode-languageserver/node';
import { places } from '../../runbook/language/places.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange } from '../to-lsp.ts';

export const references: Feature = {
  capability: { referencesProvider: true },
  register({ connection, documents, guarded }) {
    connection.onReferences(
      guarded<ReferenceParams, Location[]>('textDocument/references', [], ({ textDocument: { uri }, position, context }) => {
        const analysis = documents.analysis(uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        return places(analysis, fromPosition(lines, position))
          .filter(({ declares }) => context.includeDeclaration || !declares)
          .map(({ range }) => ({ uri, range: toRange(lines, range) }));
      }),
    );
  },
};
