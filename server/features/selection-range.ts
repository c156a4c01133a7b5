import type { SelectionRange, SelectionRangeParams } from 'vscode-languageserver/node';
import { expand } from '../../runbook/language/expand.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange } from '../to-lsp.ts';

export const selectionRange: Feature = {
  capability: { selectionRangeProvider: true },
  register({ connection, documents, guarded }) {
    connection.onSelectionRanges(
      guarded<SelectionRangeParams, SelectionRange[]>('textDocument/selectionRange', [], ({ textDocument, positions }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        const whole: SelectionRange = { range: toRange(lines, { start: 0, end: lines.length }) };
        // The protocol wants one answer for each position; the last range is the file itself.
        return positions.map((position) =>
          expand(analysis, fromPosition(lines, position))
            .slice(0, -1)
            .reduceRight<SelectionRange>((parent, range) => ({ range: toRange(lines, range), parent }), whole),
        );
      }),
    );
  },
};
