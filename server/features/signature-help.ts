import { MarkupKind, type SignatureHelp, type SignatureHelpParams } from 'vscode-languageserver/node';
import { signature } from '../../runbook/language/signature.ts';
import type { Feature } from '../feature.ts';
import { fromPosition } from '../to-lsp.ts';

export const signatureHelp: Feature = {
  capability: { signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [')'] } },
  register({ connection, documents, guarded }) {
    connection.onSignatureHelp(
      guarded<SignatureHelpParams, SignatureHelp | null>('textDocument/signatureHelp', null, ({ textDocument, position }) => {
        const analysis = documents.analysis(textDocument.uri);
        const found = analysis && signature(analysis, fromPosition(analysis.document.lines, position));
        if (!found) return null;
        const parameters = found.parameters.map(([start, end]) => ({ label: [start, end] as [number, number] }));
        // A number beyond the last parameter marks none.
        const activeParameter = found.active ?? parameters.length;
        const documentation = { kind: MarkupKind.Markdown, value: found.documentation };
        return { signatures: [{ label: found.label, documentation, parameters, activeParameter }], activeSignature: 0, activeParameter };
      }),
    );
  },
};
