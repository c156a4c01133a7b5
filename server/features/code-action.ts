import { type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver/node';
import { fixes } from '../../runbook/language/fixes.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toCodeAction } from '../to-lsp.ts';

export const codeAction: Feature = {
  capability: { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] } },
  register({ connection, documents, guarded }) {
    connection.onCodeAction(
      guarded<CodeActionParams, CodeAction[]>('textDocument/codeAction', [], ({ textDocument, range, context }) => {
        if (context.only && !context.only.some((kind) => kind === '' || CodeActionKind.QuickFix.startsWith(kind))) return [];
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        return fixes(analysis, fromPosition(lines, range.start), fromPosition(lines, range.end)).map((fix) =>
          toCodeAction(textDocument.uri, lines, fix),
        );
      }),
    );
  },
};
