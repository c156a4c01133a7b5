import { type SymbolInformation, SymbolKind, type WorkspaceSymbolParams } from 'vscode-languageserver/node';
import { search } from '../../runbook/language/search.ts';
import type { Feature } from '../feature.ts';
import { symbolKinds, symbolName, toRange } from '../to-lsp.ts';

/** Of all open documents: the server reads no files. */
export const workspaceSymbol: Feature = {
  capability: { workspaceSymbolProvider: true },
  register({ connection, documents, guarded }) {
    connection.onWorkspaceSymbol(
      guarded<WorkspaceSymbolParams, SymbolInformation[]>('workspace/symbol', [], ({ query }) =>
        documents.uris().flatMap((uri) => {
          const analysis = documents.analysis(uri);
          if (!analysis) return [];
          return search(analysis, query).map(({ name, kind, range, within }) => ({
            name: symbolName(name),
            kind: kind === 'runbook' ? SymbolKind.File : symbolKinds[kind],
            containerName: within,
            location: { uri, range: toRange(analysis.document.lines, range) },
          }));
        }),
      ),
    );
  },
};
