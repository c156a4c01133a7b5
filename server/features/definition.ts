import type { Definition, DefinitionLink, DefinitionParams } from 'vscode-languageserver/node';
import { definitions } from '../../runbook/language/places.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange } from '../to-lsp.ts';

export const definition: Feature = {
  capability: { definitionProvider: true },
  register({ connection, documents, neighbours, guarded, client, world }) {
    const links = client.textDocument?.definition?.linkSupport === true;
    connection.onDefinition(
      guarded<DefinitionParams, Definition | DefinitionLink[]>('textDocument/definition', [], ({ textDocument, position }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        const found = definitions(analysis, fromPosition(lines, position), world(textDocument.uri));
        if (!found) return [];
        const targets = found.targets.flatMap(({ file, analysis: known, range, whole }) => {
          const uri = neighbours.uriOf(file || textDocument.uri);
          const at = (known ?? neighbours.analysis(uri))?.document.lines;
          return at ? [{ uri, range: toRange(at, range), whole: toRange(at, whole) }] : [];
        });
        if (!links) return targets.map(({ uri, range }) => ({ uri, range }));
        return targets.map(({ uri, range, whole }) => ({
          originSelectionRange: toRange(lines, found.origin),
          targetUri: uri,
          targetRange: whole,
          targetSelectionRange: range,
        }));
      }),
    );
  },
};
