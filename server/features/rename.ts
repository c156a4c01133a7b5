import {
  LSPErrorCodes,
  type PrepareRenameParams,
  type PrepareRenameResult,
  type RenameParams,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { prepareRename, rename as renameAt } from '../../runbook/language/rename.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange, toTextEdits } from '../to-lsp.ts';

/** An answer, not a fault: editors show its sentence to the person who asked. */
const refusal = (why: string) => new ResponseError(LSPErrorCodes.RequestFailed, why);

export const rename: Feature = {
  capability: { renameProvider: { prepareProvider: true } },
  register({ connection, documents, guarded, world }) {
    connection.onPrepareRename(
      guarded<PrepareRenameParams, PrepareRenameResult | null | ResponseError>(
        'textDocument/prepareRename',
        null,
        ({ textDocument, position }) => {
          const analysis = documents.analysis(textDocument.uri);
          if (!analysis) return null;
          const { lines } = analysis.document;
          const found = prepareRename(analysis, fromPosition(lines, position), world(textDocument.uri));
          if (!found) return null;
          return found.kind === 'refused' ? refusal(found.why) : { range: toRange(lines, found.range), placeholder: found.name };
        },
      ),
    );
    connection.onRenameRequest(
      guarded<RenameParams, WorkspaceEdit | null | ResponseError>(
        'textDocument/rename',
        null,
        ({ textDocument: { uri }, position, newName }) => {
          const analysis = documents.analysis(uri);
          if (!analysis) return null;
          const { lines } = analysis.document;
          const found = renameAt(analysis, fromPosition(lines, position), newName, world(uri));
          if (found.kind === 'refused') return refusal(found.why);
          const changes = found.files.map(({ file, analysis: at, edits }) => [file || uri, toTextEdits(at.document.lines, edits)] as const);
          return { changes: Object.fromEntries(changes) };
        },
      ),
    );
  },
};
