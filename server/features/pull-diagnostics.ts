import {
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import type { OpenDocument, Problems } from '../documents.ts';
import type { Feature, FeatureContext } from '../feature.ts';
import { toDiagnostic } from '../to-lsp.ts';

/** `textDocument/diagnostic`: the client asks when it wants to show them. */
export const pullDiagnostics: Feature = {
  capability: { diagnosticProvider: { identifier: 'runwright', interFileDependencies: false, workspaceDiagnostics: false } },
  offered: (client) => client.textDocument?.diagnostic !== undefined,
  register(context) {
    const { connection, documents, guarded } = context;
    const none: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };
    documents.onAffected(() => {
      if (context.client.workspace?.diagnostics?.refreshSupport === true) connection.languages.diagnostics.refresh();
    });
    connection.languages.diagnostics.on(
      guarded<DocumentDiagnosticParams, DocumentDiagnosticReport>('textDocument/diagnostic', none, async ({ textDocument }) => {
        const document = documents.get(textDocument.uri);
        if (!document) return none;
        const problems = await known(context, { uri: document.uri, version: document.version, languageId: document.languageId });
        // The client asks again for the newer version.
        if (!problems) throw new ResponseError(LSPErrorCodes.ServerCancelled, 'The document has changed.', { retriggerRequest: true });
        const items = problems.diagnostics.map((one) => toDiagnostic(problems.lines, one));
        return { kind: DocumentDiagnosticReportKind.Full, items };
      }),
    );
  },
};

/** All problems; where they take longer and the client can be told to ask again, first those of the part that is looked at. */
function known({ connection, documents, client }: FeatureContext, document: OpenDocument): Promise<Problems | undefined> {
  if (client.workspace?.diagnostics?.refreshSupport !== true) return documents.problems(document);
  return new Promise((resolve, reject) => {
    let answered = false;
    const near = (problems: Problems) => {
      answered = true;
      resolve(problems);
    };
    documents.problems(document, near).then((problems) => {
      if (answered && problems) connection.languages.diagnostics.refresh();
      resolve(problems);
    }, reject);
  });
}
