import type { HoverParams, Hover as LspHover } from 'vscode-languageserver/node';
import { hover as hoverAt } from '../../runbook/language/hover.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toHover } from '../to-lsp.ts';

export const hover: Feature = {
  capability: { hoverProvider: true },
  register({ connection, documents, guarded, world }) {
    connection.onHover(
      guarded<HoverParams, LspHover | null>('textDocument/hover', null, ({ textDocument, position }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return null;
        const { lines } = analysis.document;
        const found = hoverAt(analysis, fromPosition(lines, position), world(textDocument.uri));
        return found ? toHover(lines, found) : null;
      }),
    );
  },
};
