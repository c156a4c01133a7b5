import type { OpenDocument, Problems } from '../documents.ts';
import type { Feature } from '../feature.ts';
import { toDiagnostic } from '../to-lsp.ts';

/** `textDocument/publishDiagnostics`, for clients that do not ask. */
export const publishDiagnostics: Feature = {
  capability: {},
  offered: (client) => client.textDocument?.diagnostic === undefined,
  register({ connection, documents, guarded }) {
    const send = ({ uri, version }: OpenDocument, { lines, diagnostics }: Problems) =>
      connection.sendDiagnostics({ uri, version, diagnostics: diagnostics.map((one) => toDiagnostic(lines, one)) });
    const publish = guarded('textDocument/publishDiagnostics', undefined, async (document: OpenDocument) => {
      const problems = await documents.problems(document, (near) => void send(document, near));
      // The reader of an older version would see squiggles where the text has moved on.
      if (problems) await send(document, problems);
    });
    documents.onChange((document) => void publish(document));
    documents.onAffected((document) => void publish(document));
    documents.onClose(({ uri }) => void connection.sendDiagnostics({ uri, diagnostics: [] }));
  },
};
