import { type InlayHint, type InlayHintParams, MarkupKind } from 'vscode-languageserver/node';
import { hints } from '../../runbook/language/hints.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toPosition } from '../to-lsp.ts';

export const inlayHint: Feature = {
  capability: { inlayHintProvider: true },
  register({ connection, documents, guarded, world, preferences }) {
    connection.languages.inlayHint.on(
      guarded<InlayHintParams, InlayHint[]>('textDocument/inlayHint', [], ({ textDocument: { uri }, range }) => {
        const analysis = preferences.inlayHints ? documents.analysis(uri) : undefined;
        if (!analysis) return [];
        const { lines } = analysis.document;
        const within = { start: fromPosition(lines, range.start), end: fromPosition(lines, range.end) };
        return hints(analysis, within, world(uri)).map(({ offset, label, says }) => ({
          position: toPosition(lines, offset),
          label,
          tooltip: { kind: MarkupKind.Markdown, value: says },
          paddingLeft: true,
        }));
      }),
    );
  },
};
