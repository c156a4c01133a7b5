import {
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensParams,
  type SemanticTokensRangeParams,
} from 'vscode-languageserver/node';
import type { Analysis } from '../../runbook/analyse.ts';
import { type MeaningfulToken, tokens } from '../../runbook/language/tokens.ts';
import type { Range } from '../../runbook/syntax/lines.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toPosition } from '../to-lsp.ts';

const types = ['variable', 'function', 'property', 'operator', 'string', 'number', 'parameter', 'interface', 'namespace'] as const;
const modifiers = ['declaration', 'defaultLibrary', 'readonly'] as const;

/** Only types and modifiers of the protocol: every theme knows them. */
const looks: Readonly<Record<MeaningfulToken['kind'], readonly [type: (typeof types)[number], modifier?: (typeof modifiers)[number]]>> = {
  context: ['variable', 'defaultLibrary'],
  function: ['function', 'defaultLibrary'],
  property: ['property'],
  operator: ['operator'],
  string: ['string'],
  number: ['number'],
  step: ['function'],
  input: ['parameter'],
  secret: ['variable', 'readonly'],
  variable: ['variable'],
  output: ['property'],
  result: ['property'],
  target: ['interface'],
  loop: ['variable'],
  action: ['namespace'],
  runbook: ['namespace'],
};

export const semanticTokens: Feature = {
  capability: {
    semanticTokensProvider: { legend: { tokenTypes: [...types], tokenModifiers: [...modifiers] }, full: true, range: true },
  },
  register({ connection, documents, guarded }) {
    const none: SemanticTokens = { data: [] };
    connection.languages.semanticTokens.on(
      guarded<SemanticTokensParams, SemanticTokens>('textDocument/semanticTokens/full', none, ({ textDocument }) => {
        const analysis = documents.analysis(textDocument.uri);
        return analysis ? encode(analysis) : none;
      }),
    );
    connection.languages.semanticTokens.onRange(
      guarded<SemanticTokensRangeParams, SemanticTokens>('textDocument/semanticTokens/range', none, ({ textDocument, range }) => {
        const analysis = documents.analysis(textDocument.uri);
        if (!analysis) return none;
        const { lines } = analysis.document;
        return encode(analysis, { start: fromPosition(lines, range.start), end: fromPosition(lines, range.end) });
      }),
    );
  },
};

function encode(analysis: Analysis, within?: Range): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { range, kind, declares } of tokens(analysis, within)) {
    const { line, character } = toPosition(analysis.document.lines, range.start);
    const [type, modifier] = looks[kind];
    const bits = (declares ? 1 << modifiers.indexOf('declaration') : 0) | (modifier ? 1 << modifiers.indexOf(modifier) : 0);
    builder.push(line, character, range.end - range.start, types.indexOf(type), bits);
  }
  // Without its id, by which only changes could be asked for.
  return { data: builder.build().data };
}
