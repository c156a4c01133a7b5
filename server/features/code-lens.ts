import type { CodeLens, CodeLensParams } from 'vscode-languageserver/node';
import { incoming, titleOf } from '../../runbook/language/calls.ts';
import { namesOf } from '../../runbook/language/names.ts';
import type { Feature } from '../feature.ts';
import { toRange } from '../to-lsp.ts';

/** Shown by the extension, which alone can make places of VS Code out of ours; other editors show the title. */
const command = 'runwright.showReferences';

/** Who calls the runbook, and how often a step is referred to. Running is the extension's business. */
export const codeLens: Feature = {
  capability: { codeLensProvider: {} },
  register({ connection, documents, guarded, world, preferences, vscode }) {
    connection.onCodeLens(
      guarded<CodeLensParams, CodeLens[]>('textDocument/codeLens', [], ({ textDocument: { uri } }) => {
        const analysis = documents.analysis(uri);
        if (!analysis) return [];
        const { lines } = analysis.document;
        const here = { file: uri, analysis, others: world(uri).others };
        const lens = (range: CodeLens['range'], title: string, locations: () => unknown): CodeLens => ({
          range,
          command: vscode
            ? { title, command, arguments: [{ uri, position: range.start, locations: locations() }] }
            : { title, command: '' },
        });
        const calls = incoming(here);
        const title = titleOf(here);
        const callers = calls.map(({ runbook, from }) => ({
          uri: runbook.file,
          range: toRange(runbook.analysis.document.lines, from[0] ?? title.range),
        }));
        const names = preferences.referencesLens ? namesOf(analysis).names : [];
        const steps = names.flatMap(({ kind, definitions: [own], references }) => {
          if (kind !== 'step' || !own || references.length === 0) return [];
          const text = `${references.length} reference${references.length === 1 ? '' : 's'}`;
          return [lens(toRange(lines, own.range), text, () => references.map((range) => ({ uri, range: toRange(lines, range) })))];
        });
        return [
          ...(calls.length === 0
            ? []
            : [lens(toRange(lines, title.range), `Called by ${calls.length} runbook${calls.length === 1 ? '' : 's'}`, () => callers)]),
          ...steps,
        ];
      }),
    );
  },
};
