import type { Definition, DefinitionLink, DefinitionParams } from 'vscode-languageserver/node';
import { definitions } from '../../runbook/language/places.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange } from '../to-lsp.ts';

export const definition: Feature = {
  capability: { definitionProvider: true },
  register({ connection, documents, guarded, client }) {
    const links = client.textDocument?.definition?.linkSupport === true;
    connection.onDefinition(
      guarded<DefinitionParams, Definition | DefinitionLink[]>('textDocument/definition', [], ({ textDocument: { uri }, position }) => {
        const analysis = documents.analysis(uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        const found = definitions(analysis, fromPosition(lines, position));
        if (!found) return [];
        const { origin, targets } = found;
        if (!links) return targets.map(({ range }) => ({ uri, range: toRange(lines, range) }));
        return targets.map(({ range, whole }) => ({
          originSelectionRange: toRange(lines, origin),
          targetUri: uri,
          targetRange: toRange(lines, whole),
          targetSelectionRange: toRange(lines, range),
        }));
      }),
    );
  },
};
