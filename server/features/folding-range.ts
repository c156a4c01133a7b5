import type { FoldingRange, FoldingRangeParams } from 'vscode-languageserver/node';
import { folds } from '../../runbook/language/folding.ts';
import type { Feature } from '../feature.ts';

export const foldingRange: Feature = {
  capability: { foldingRangeProvider: true },
  register({ connection, documents, guarded, client }) {
    const limit = client.textDocument?.foldingRange?.rangeLimit ?? Number.POSITIVE_INFINITY;
    connection.onFoldingRanges(
      guarded<FoldingRangeParams, FoldingRange[]>('textDocument/foldingRange', [], ({ textDocument }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return [];
        // Where the client takes no more, the longest are the most useful.
        const found = folds(analysis);
        const taken = found.length <= limit ? found : found.sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, limit);
        return taken.map(({ start, end, kind }) => ({ startLine: start, endLine: end, kind }));
      }),
    );
  },
};
