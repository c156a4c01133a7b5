import { type DocumentDiagnosticParams, type DocumentDiagnosticReport, DocumentDiagnosticReportKind } from 'vscode-languageserver/node';
import type { Feature } from '../feature.ts';
import { toDiagnostic } from '../to-lsp.ts';

/** `textDocument/diagnostic`: the client asks when it wants to show them. */
export const pullDiagnostics: Feature = {
  capability: { diagnosticProvider: { identifier: 'runwright', interFileDependencies: false, workspaceDiagnostics: false } },
  offered: (client) => client.textDocument?.diagnostic !== undefined,
  register({ connection, documents, guarded }) {
    const none: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };
    connection.languages.diagnostics.on(
      guarded<DocumentDiagnosticParams, DocumentDiagnosticReport>('textDocument/diagnostic', none, ({ textDocument }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return none;
        const items = analysis.diagnostics.map((one) => toDiagnostic(analysis.document.lines, one));
        return { kind: DocumentDiagnosticReportKind.Full, items };
      }),
    );
  },
};
