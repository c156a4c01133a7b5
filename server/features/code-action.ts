import { type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver/node';
import { fixAll, fixes } from '../../runbook/language/fixes.ts';
import { refactorings } from '../../runbook/language/refactor.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toCodeAction, toRefactoring } from '../to-lsp.ts';

const all = `${CodeActionKind.SourceFixAll}.runwright`;
const kinds = { extract: CodeActionKind.RefactorExtract, rewrite: CodeActionKind.RefactorRewrite } as const;

/** Repairs of problems, and what could be made of the steps in a selection. */
export const codeAction: Feature = {
  capability: {
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorExtract, CodeActionKind.RefactorRewrite, all],
    },
  },
  register({ connection, documents, neighbours, guarded, client }) {
    const operations = client.workspace?.workspaceEdit?.resourceOperations ?? [];
    const makesFiles = client.workspace?.workspaceEdit?.documentChanges === true && operations.includes('create');
    connection.onCodeAction(
      guarded<CodeActionParams, CodeAction[]>('textDocument/codeAction', [], ({ textDocument: { uri }, range, context }) => {
        const analysis = documents.analysis(uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        const [start, end] = [fromPosition(lines, range.start), fromPosition(lines, range.end)];
        const wanted = (kind: string) =>
          !context.only || context.only.some((one) => one === '' || kind === one || kind.startsWith(`${one}.`));
        const found: CodeAction[] = [];
        if (wanted(CodeActionKind.QuickFix)) found.push(...fixes(analysis, start, end).map((fix) => toCodeAction(uri, lines, fix)));
        if (wanted(kinds.extract) || wanted(kinds.rewrite)) {
          for (const { title, kind, edits, action } of refactorings(analysis, start, end)) {
            const file = action && makesFiles ? neighbours.newAction(uri, action.name) : undefined;
            if (!wanted(kinds[kind]) || (action && file === undefined)) continue;
            found.push(
              toRefactoring(uri, lines, {
                title,
                kind: kinds[kind],
                edits,
                file: action && file ? { uri: file, text: action.text } : undefined,
              }),
            );
          }
        }
        // Only who asks for it gets it: on saving, or from the menu of source actions.
        if (context.only && wanted(all)) {
          const edits = fixAll(analysis);
          if (edits.length > 0) found.push(toRefactoring(uri, lines, { title: 'Fix all', kind: all, edits }));
        }
        return found;
      }),
    );
  },
};
