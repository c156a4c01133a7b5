import type { ActionManifest } from './core/action.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type Document, readDocument } from './document.ts';
import { type ExpressionSite, findExpressions } from './expressions.ts';
import { type Ignores, readIgnores } from './ignore.ts';
import type { Facts, Rule } from './rule.ts';
import { rules as allRules } from './rules.ts';
import { runbookSchema, type Schema } from './schema/schema.ts';
import { type SchemaError, schemaErrors } from './schema/validate.ts';
import type { StepFact } from './steps.ts';
import { noSurroundings, type Surroundings } from './surroundings.ts';
import { limits } from './syntax/limits.ts';
import type { Lines, Range } from './syntax/lines.ts';
import { parse, type Syntax } from './syntax/parse.ts';
import { type SyntaxProblem, syntaxCodes } from './syntax/problem.ts';
import type { Node } from './syntax/tree.ts';
import { wholeOf } from './whole.ts';

export interface Analysis {
  readonly document: Document;
  readonly expressions: readonly ExpressionSite[];
  /** Those that may stand at an offset: few, so that looking for one need not look at all. */
  expressionsAt(offset: number): readonly ExpressionSite[];
  /** Of the steps, likewise. */
  stepsAt(offset: number): readonly StepFact[];
  /** In the order of the text, silenced ones left out. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface AnalyseOptions {
  readonly actions: readonly ActionManifest[];
  readonly rules?: readonly Rule[];
  readonly around?: Surroundings;
  /** Name, path or URI: an action and shared targets are told by it (files/kind.ts). Without it the text is a runbook. */
  readonly file?: string;
}

/** How a text that is no runbook is read: see files/. */
export interface Reading {
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
export function brokenLines(lines: Lines, problems: readonly SyntaxProblem[]): (range: Range) => boolean {
  const spans = problems.map(({ range }) => [lines.position(range.start).line, lines.position(range.end).line] as const);
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

/** Everything that can be said about a text, read in one piece. Never throws, whatever the text. */
export function analyseWhole(
  text: string,
  { actions, rules = allRules, around = noSurroundings }: AnalyseOptions,
  lines?: Lines,
  { syntax = parse(text), schema = ofRunbooks }: Reading = {},
): Analysis {
  const document = readDocument(text, syntax, actions, lines);
  const expressions = findExpressions(document);
  const facts: Facts = {
    ...document,
    whole: wholeOf(document),
    around,
    expressions,
    schemaErrors: schema.errors(syntax.root),
    schema: schema.schema,
    broken: brokenLines(document.lines, syntax.problems),
  };
  const misplaced = besideTabs(document);
  const found: Stated[] = [];
  for (const rule of rules) {
    let stated = 0;
    for (const finding of rule.check(facts)) {
      // A wrong key there would hide what is really wrong.
      if (!syntaxCodes.has(rule.code) && misplaced(finding.range)) continue;
      found.push({ diagnostic: { code: rule.code, severity: rule.severity, ...finding }, structural: rule.structural === true });
      if (++stated >= limits.problems) break;
    }
  }
  return {
    document,
    expressions,
    expressionsAt: () => expressions,
    stepsAt: () => document.steps,
    diagnostics: diagnosticsOf(() => readIgnores(text, document.lines), document.lines, found),
  };
}

/** What a rule has said, before comments silence some of it. */
export interface Stated {
  readonly diagnostic: Diagnostic;
  readonly structural: boolean;
}

/** Without what is silenced, each once, in the order of the text. */
export function diagnosticsOf(silenced: () => Ignores, lines: Lines, stated: readonly Stated[]): readonly Diagnostic[] {
  if (stated.length === 0) return [];
  const ignores = silenced();
  const found = new Map<string, Diagnostic>();
  for (const { diagnostic, structural } of stated) {
    const { code, range, message } = diagnostic;
    if (!structural && ignores.size > 0 && ignores.get(lines.position(range.start).line)?.has(code)) continue;
    // What an alias repeats is wrong once, at its anchor.
    const key = `${code} ${range.start} ${range.end} ${message}`;
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return [...found.values()].sort(inOrder).slice(0, limits.problems);
}

function inOrder(a: Diagnostic, b: Diagnostic): number {
  return a.range.start - b.range.start || a.range.end - b.range.end || compare(a.code, b.code) || compare(a.message, b.message);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
