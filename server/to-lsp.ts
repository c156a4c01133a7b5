// The only place where our words become the protocol's.
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  DiagnosticSeverity,
  type DocumentSymbol,
  InsertTextFormat,
  InsertTextMode,
  type Diagnostic as LspDiagnostic,
  type Hover as LspHover,
  type Position as LspPosition,
  type Range as LspRange,
  MarkupKind,
  SymbolKind,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { Outline, OutlineStep } from '../protocol/lsp.ts';
import type { Analysis } from '../runbook/analyse.ts';
import { buildInput } from '../runbook/build.ts';
import type { Diagnostic, Severity } from '../runbook/diagnostic.ts';
import type { Document, NamedFact, StepFact } from '../runbook/document.ts';
import type { ExpressionSite } from '../runbook/expressions.ts';
import type { Completion } from '../runbook/language/completion.ts';
import type { Edit } from '../runbook/language/edit.ts';
import type { QuickFix } from '../runbook/language/fixes.ts';
import type { Hover } from '../runbook/language/hover.ts';
import type { OutlineSymbol } from '../runbook/language/symbols.ts';
import type { Lines, Range } from '../runbook/syntax/lines.ts';
import { entryOf, stringOf, textOf, valueIn } from '../runbook/syntax/tree.ts';

export function toPosition(lines: Lines, offset: number): LspPosition {
  const { line, column } = lines.position(offset);
  return { line, character: column };
}

export function toRange(lines: Lines, { start, end }: Range): LspRange {
  return { start: toPosition(lines, start), end: toPosition(lines, end) };
}

export function fromPosition(lines: Lines, { line, character }: LspPosition): number {
  return lines.offset({ line, column: character });
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Where the page of a code is; set once, as the process starts. */
let pageOf: (code: string) => string | undefined = () => undefined;
export function linkPages(find: (code: string) => string | undefined): void {
  pageOf = find;
}

export function toDiagnostic(lines: Lines, { code, severity, message, range }: Diagnostic): LspDiagnostic {
  const href = pageOf(code);
  const found: LspDiagnostic = { range: toRange(lines, range), severity: severities[severity], code, source: 'runwright', message };
  return href === undefined ? found : { ...found, codeDescription: { href } };
}

const completionKinds: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  action: CompletionItemKind.Module,
  step: CompletionItemKind.Reference,
  input: CompletionItemKind.Variable,
  secret: CompletionItemKind.Constant,
  output: CompletionItemKind.Field,
  context: CompletionItemKind.Class,
  function: CompletionItemKind.Function,
  variable: CompletionItemKind.Variable,
  target: CompletionItemKind.Interface,
  file: CompletionItemKind.File,
};

export function toCompletion(
  lines: Lines,
  item: Completion,
  index: number,
  { vscode, snippets }: { readonly vscode: boolean; readonly snippets: boolean },
): CompletionItem {
  const snippet = snippets ? item.snippet : undefined;
  return {
    label: item.label,
    kind: completionKinds[item.kind],
    detail: item.detail,
    documentation: item.documentation === undefined ? undefined : { kind: MarkupKind.Markdown, value: item.documentation },
    sortText: String(index).padStart(4, '0'),
    filterText: item.label,
    insertTextMode: InsertTextMode.asIs,
    insertTextFormat: snippet === undefined ? InsertTextFormat.PlainText : InsertTextFormat.Snippet,
    textEdit: { range: toRange(lines, item.range), newText: snippet ?? item.insert },
    // A snippet has stops of its own.
    command: item.again && vscode && snippet === undefined ? { title: 'Suggest', command: 'editor.action.triggerSuggest' } : undefined,
  };
}

export function toHover(lines: Lines, { text, range }: Hover): LspHover {
  return { contents: { kind: MarkupKind.Markdown, value: text }, range: toRange(lines, range) };
}

export const symbolKinds: Readonly<Record<OutlineSymbol['kind'], SymbolKind>> = {
  section: SymbolKind.Namespace,
  step: SymbolKind.Function,
  action: SymbolKind.Module,
  gate: SymbolKind.Event,
  group: SymbolKind.Struct,
  call: SymbolKind.File,
  target: SymbolKind.Interface,
  input: SymbolKind.Variable,
  secret: SymbolKind.Key,
  value: SymbolKind.Property,
};

/** The protocol allows no empty name. */
export const symbolName = (name: string) => (name.trim() === '' ? '(no name)' : name.slice(0, 200));

export function toSymbol(lines: Lines, symbol: OutlineSymbol): DocumentSymbol {
  return {
    name: symbolName(symbol.name),
    detail: symbol.detail,
    kind: symbolKinds[symbol.kind],
    range: toRange(lines, symbol.range),
    selectionRange: toRange(lines, symbol.selection),
    children: symbol.children.map((child) => toSymbol(lines, child)),
  };
}

export function toTextEdits(lines: Lines, edits: readonly Edit[]): TextEdit[] {
  return edits.map(({ range, text }) => ({ range: toRange(lines, range), newText: text }));
}

export function toCodeAction(uri: string, lines: Lines, fix: QuickFix): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    isPreferred: fix.preferred,
    diagnostics: [toDiagnostic(lines, fix.diagnostic)],
    edit: { changes: { [uri]: toTextEdits(lines, fix.edits) } },
  };
}

export function toRefactoring(uri: string, lines: Lines, { title, kind, edits, file }: Change): CodeAction {
  const own = toTextEdits(lines, edits);
  if (!file) return { title, kind, edit: { changes: { [uri]: own } } };
  const start = { line: 0, character: 0 };
  return {
    title,
    kind,
    edit: {
      documentChanges: [
        { kind: 'create', uri: file.uri, options: { overwrite: false, ignoreIfExists: false } },
        { textDocument: { uri: file.uri, version: null }, edits: [{ range: { start, end: start }, newText: file.text }] },
        { textDocument: { uri, version: null }, edits: own },
      ],
    },
  };
}

/** One that may need a file made along with it. */
export interface Change {
  readonly title: string;
  readonly kind: CodeActionKind;
  readonly edits: readonly Edit[];
  /** Made along with it. */
  readonly file?: { readonly uri: string; readonly text: string };
}

export function toOutline({ document, expressions }: Pick<Analysis, 'document' | 'expressions'>): Outline {
  const { root, lines } = document;
  const needs = needsOf(expressions);
  return {
    name: textOf(valueIn(root, 'name')),
    inputs: document.inputs.map(({ name, node }) => {
      const spec = buildInput(node);
      return {
        name,
        type: String(spec.type),
        description: stringOf(valueIn(node, 'description')),
        required: spec.required === true,
        default: spec.default,
        options: Array.isArray(spec.options) ? spec.options : undefined,
        format: typeof spec.format === 'string' ? spec.format : undefined,
      };
    }),
    secrets: document.secrets.map(({ name }) => name),
    steps: document.steps
      .filter((step) => !step.undoes)
      .map((step) => ({
        path: step.path,
        id: step.id?.name,
        name: textOf(valueIn(step.node, 'name')),
        risk: stringOf(valueIn(step.node, 'risk')),
        hasApproval: entryOf(step.node, 'approve') !== undefined,
        verb: step.verb === 'uses' ? (step.uses ?? 'uses') : (step.verb ?? 'run'),
        needs: needs(step, document),
        range: toRange(lines, step.node.range),
      })),
  };
}

/** Of what a runbook declares, what a step alone refers to: itself, and by the `env` that every step is given. */
function needsOf(expressions: readonly ExpressionSite[]) {
  const byStep = new Map<StepFact | undefined, ExpressionSite[]>();
  for (const site of expressions) {
    if (site.step ? site.place !== 'run' : site.place === 'env') byStep.set(site.step, [...(byStep.get(site.step) ?? []), site]);
  }
  return (step: StepFact, { inputs, secrets }: Document): OutlineStep['needs'] => {
    const references = [...(byStep.get(undefined) ?? []), ...(byStep.get(step) ?? [])].flatMap((site) => site.references);
    const among = (context: string, declared: readonly NamedFact[]) =>
      declared
        .map(({ name }) => name)
        .filter((name) =>
          references.some(
            // The context as a whole, or a name that is computed: it may be any.
            (reference) => reference.context === context && (reference.path[0] ?? name).toLowerCase() === name.toLowerCase(),
          ),
        );
    return { inputs: among('inputs', inputs), secrets: among('secrets', secrets) };
  };
}
