import type { ActionManifest } from './core/action.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type Document, readDocument } from './document.ts';
import { type ExpressionSite, findExpressions } from './expressions.ts';
import { readIgnores } from './ignore.ts';
import type { Facts, Rule } from './rule.ts';
import { rules as allRules } from './rules.ts';
import { runbookSchema, type Schema } from './schema/schema.ts';
import { type SchemaError, schemaErrors } from './schema/validate.ts';
import { noSurroundings, type Surroundings } from './surroundings.ts';
import { limits } from './syntax/limits.ts';
import type { Range } from './syntax/lines.ts';
import { parse, type Syntax } from './syntax/parse.ts';
import { syntaxCodes } from './syntax/problem.ts';
import type { Node } from './syntax/tree.ts';
import { wholeOf } from './whole.ts';

export interface Analysis {
  readonly document: Document;
  readonly expressions: readonly ExpressionSite[];
  /** In the order of the text, silenced ones left out. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface AnalyseOptions {
  readonly actions: readonly ActionManifest[];
  readonly rules?: readonly Rule[];
  readonly around?: Surroundings;
  /** What the text was read as, where that is not a runbook: see files/. */
  readonly syntax?: Syntax;
  readonly schema?: FileSchema;
}

/** What a kind of file is held against. */
export interface FileSchema {
  readonly schema: Schema;
  errors(root: Node | undefined): readonly SchemaError[];
}

const ofRunbooks: FileSchema = { schema: runbookSchema, errors: schemaErrors };

/** Where the reader of YAML stumbled, by lines: it usually reports a little before or behind what is wrong. */
function brokenLines({ lines, syntax }: Document): (range: Range) => boolean {
  const spans = syntax.problems.map(({ range }) => [lines.position(range.start).line, lines.position(range.end).line] as const);
  return (range) => {
    if (spans.length === 0) return false;
    const first = lines.position(range.start).line;
    const last = lines.position(range.end).line;
    return spans.some(([from, to]) => from <= last && first <= to);
  };
}

/** Lines whose place in the tree is a guess because a tab indents them, each with the line it hangs on. */
function besideTabs({ lines, syntax }: Document): (range: Range) => boolean {
  const guessed = new Set<number>();
  for (const { code, range } of syntax.problems) {
    if (code !== 'tab-indentation') continue;
    const { line } = lines.position(range.start);
    guessed.add(line).add(line - 1);
  }
  return (range) => guessed.has(lines.position(range.start).line);
}

/** Everything that can be said about a text. Never throws, whatever the text. */
export function analyse(
  text: string,
  { actions, rules = allRules, around = noSurroundings, syntax = parse(text), schema = ofRunbooks }: AnalyseOptions,
): Analysis {
  const document = readDocument(text, syntax, actions);
  const expressions = findExpressions(document);
  const facts: Facts = {
    ...document,
    whole: wholeOf(document),
    around,
    expressions,
    schemaErrors: schema.errors(syntax.root),
    schema: schema.schema,
    broken: brokenLines(document),
  };
  const misplaced = besideTabs(document);
  const ignores = readIgnores(text, document.lines);
  const found = new Map<string, Diagnostic>();
  for (const rule of rules) {
    for (const finding of rule.check(facts)) {
      const diagnostic = { code: rule.code, severity: rule.severity, ...finding };
      if (!rule.structural && ignores.get(document.lines.position(finding.range.start).line)?.has(rule.code)) continue;
      // A wrong key there would hide what is really wrong.
      if (!syntaxCodes.has(rule.code) && misplaced(finding.range)) continue;
      // What an alias repeats is wrong once, at its anchor.
      found.set(`${rule.code} ${finding.range.start} ${finding.range.end} ${finding.message}`, diagnostic);
      if (found.size >= limits.problems) break;
    }
  }
  const diagnostics = [...found.values()].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  return { document, expressions, diagnostics };
}
