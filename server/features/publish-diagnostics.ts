import type { OpenDocument } from '../documents.ts';
import type { Feature } from '../feature.ts';
import { toDiagnostic } from '../to-lsp.ts';

/** Milliseconds without a keystroke before a document is looked at. */
const quiet = 60;

/** `textDocument/publishDiagnostics`, for clients that do not ask. */
export const publishDiagnostics: Feature = {
  capability: {},
  offered: (client) => client.textDocument?.diagnostic === undefined,
  register({ connection, documents, guarded }) {
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const publish = guarded('textDocument/publishDiagnostics', undefined, async (document: OpenDocument) => {
      const analysis = documents.analysis(document.uri);
      // The reader of an older version would see squiggles where the text has moved on.
      if (!analysis || !documents.isCurrent(document)) return;
      const diagnostics = analysis.diagnostics.map((one) => toDiagnostic(analysis.document.lines, one));
      await connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
    });
    documents.onChange(({ uri, version, languageId }) => {
      clearTimeout(timers.get(uri));
      timers.set(
        uri,
        setTimeout(() => void publish({ uri, version, languageId }), quiet),
      );
    });
    documents.onClose(({ uri }) => {
      clearTimeout(timers.get(uri));
      timers.delete(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
    });
  },
};
