import { type SymbolInformation, SymbolKind, type WorkspaceSymbolParams } from 'vscode-languageserver/node';
import { search } from '../../runbook/language/search.ts';
import type { Feature } from '../feature.ts';
import { symbolKinds, symbolName, toRange } from '../to-lsp.ts';

/** More than anybody looks through. */
const most = 1_000;

/** Of all runbooks of the workspace; an open text stands before the one on the disk. */
export const workspaceSymbol: Feature = {
  capability: { workspaceSymbolProvider: true },
  register({ connection, neighbours, guarded }) {
    connection.onWorkspaceSymbol(
      guarded<WorkspaceSymbolParams, SymbolInformation[]>('workspace/symbol', [], async ({ query }, token) => {
        const found: SymbolInformation[] = [];
        for (const uri of neighbours.runbooks()) {
          // The first time every file is read: whoever types meanwhile is heard.
          await new Promise((resolve) => setImmediate(resolve));
          if (token?.isCancellationRequested) return [];
          const analysis = neighbours.analysis(uri);
          if (!analysis) continue;
          for (const { name, kind, range, within } of search(analysis, query)) {
            found.push({
              name: symbolName(name),
              kind: kind === 'runbook' ? SymbolKind.File : symbolKinds[kind],
              containerName: within,
              location: { uri, range: toRange(analysis.document.lines, range) },
            });
            if (found.length >= most) return found;
          }
        }
        return found;
      }),
    );
  },
};
