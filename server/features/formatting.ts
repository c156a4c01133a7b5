import type {
  DocumentFormattingParams,
  DocumentOnTypeFormattingParams,
  DocumentRangeFormattingParams,
  TextEdit,
} from 'vscode-languageserver/node';
import type { Document } from '../../runbook/document.ts';
import { enter } from '../../runbook/language/enter.ts';
import { format } from '../../runbook/language/format.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toTextEdits } from '../to-lsp.ts';

/** The whole file, a part of it, and the indentation of a new line. Two columns a level, whatever the editor's tabs are. */
export const formatting: Feature = {
  capability: {
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' },
  },
  register({ connection, documents, guarded }) {
    connection.onDocumentFormatting(
      guarded<DocumentFormattingParams, TextEdit[]>('textDocument/formatting', [], ({ textDocument }) => {
        const document = documents.analysis(textDocument.uri)?.document;
        return document ? toTextEdits(document.lines, format(document.text, undefined, readOf(document))) : [];
      }),
    );
    connection.onDocumentRangeFormatting(
      guarded<DocumentRangeFormattingParams, TextEdit[]>('textDocument/rangeFormatting', [], ({ textDocument, range }) => {
        const document = documents.analysis(textDocument.uri)?.document;
        if (!document) return [];
        const { text, lines } = document;
        const start = lines.range(range.start.line).start;
        return toTextEdits(lines, format(text, { start, end: fromPosition(lines, range.end) }, readOf(document)));
      }),
    );
    connection.onDocumentOnTypeFormatting(
      guarded<DocumentOnTypeFormattingParams, TextEdit[]>('textDocument/onTypeFormatting', [], ({ textDocument, position }) => {
        const document = documents.analysis(textDocument.uri)?.document;
        return document ? toTextEdits(document.lines, enter(document.text, document.lines, position.line)) : [];
      }),
    );
  },
};

const readOf = ({ root, syntax }: Document) => ({ root, problems: syntax.problems });
