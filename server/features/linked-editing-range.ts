import type { LinkedEditingRangeParams, LinkedEditingRanges } from 'vscode-languageserver/node';
import { linked } from '../../runbook/language/linked.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange } from '../to-lsp.ts';

export const linkedEditingRange: Feature = {
  capability: { linkedEditingRangeProvider: true },
  register({ connection, documents, guarded }) {
    connection.languages.onLinkedEditingRange(
      guarded<LinkedEditingRangeParams, LinkedEditingRanges | null>(
        'textDocument/linkedEditingRange',
        null,
        ({ textDocument, position }) => {
          const analysis = documents.analysis(textDocument.uri);
          if (!analysis) return null;
          const { lines } = analysis.document;
          const ranges = linked(analysis, fromPosition(lines, position)).map((range) => toRange(lines, range));
          return ranges.length === 0 ? null : { ranges, wordPattern: '[A-Za-z_][\\w-]*' };
        },
      ),
    );
  },
};
