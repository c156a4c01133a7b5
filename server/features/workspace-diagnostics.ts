import {
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Feature } from '../feature.ts';
import { toDiagnostic } from '../to-lsp.ts';

/** `workspace/diagnostic`: the problems of runbooks that are not open. Those of open ones are asked for one by one. */
export const workspaceDiagnostics: Feature = {
  // Stands behind the pulling of single documents, whose capability it completes.
  capability: { diagnosticProvider: { identifier: 'runwright', interFileDependencies: true, workspaceDiagnostics: true } },
  offered: (client) => client.textDocument?.diagnostic !== undefined,
  register({ connection, documents, neighbours, guarded, beyond }) {
    connection.languages.diagnostics.onWorkspace(
      guarded<WorkspaceDiagnosticParams, WorkspaceDiagnosticReport>(
        'workspace/diagnostic',
        { items: [] },
        async ({ previousResultIds }, token) => {
          const before = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
          const items: WorkspaceDocumentDiagnosticReport[] = [];
          for (const uri of neighbours.runbooks()) {
            if (documents.get(uri)) {
              before.delete(uri);
              continue;
            }
            // Files are many, and whoever types meanwhile is heard.
            await new Promise((resolve) => setImmediate(resolve));
            if (token?.isCancellationRequested) return { items: [] };
            const found = neighbours.problems(uri, beyond(uri));
            if (!found) continue;
            const known = before.get(uri);
            before.delete(uri);
            if (known === found.id) items.push({ kind: DocumentDiagnosticReportKind.Unchanged, uri, version: null, resultId: found.id });
            else {
              const diagnostics = found.diagnostics.map((one) => toDiagnostic(found.lines, one));
              items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, resultId: found.id, items: diagnostics });
            }
          }
          // What is no more has no problems.
          for (const uri of before.keys()) items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, items: [] });
          return { items };
        },
      ),
    );
  },
};
