import type { Analysis } from '../analyse.ts';
import { contextNames, isFunction } from '../core/expression.ts';
import { outputsOf } from '../outputs.ts';
import type { Range } from '../syntax/lines.ts';
import type { Edit } from './edit.ts';
import { type Name, type NameKind, namesOf } from './names.ts';
import { reach } from './places.ts';
import { holds } from './pointed.ts';
import { alone, type World } from './world.ts';

export interface Renamable {
  readonly kind: 'renamable';
  /** The bare name at the cursor. */
  readonly range: Range;
  readonly name: string;
}

export interface Refused {
  readonly kind: 'refused';
  /** A sentence for the person who asked. */
  readonly why: string;
}

/** Can the name at an offset be changed? Undefined where no name stands. */
export function prepareRename(analysis: Analysis, offset: number, world: World = alone): Renamable | Refused | undefined {
  const spot = namesOf(analysis).at(offset);
  if (!spot) return reserved(analysis, offset);
  const [name] = spot.names;
  const why = name && obstacle(analysis, name, world);
  if (why !== undefined) return refused(why);
  return { kind: 'renamable', range: spot.range, name: analysis.document.text.slice(spot.range.start, spot.range.end) };
}

export interface FileEdits {
  readonly file: string;
  readonly analysis: Analysis;
  readonly edits: readonly Edit[];
}

/** The edits that give the name at an offset another one, wherever it stands, and change nothing else; by file. */
export function rename(
  analysis: Analysis,
  offset: number,
  wanted: string,
  world: World = alone,
): { readonly kind: 'edits'; readonly files: readonly FileEdits[] } | Refused {
  const prepared = prepareRename(analysis, offset, world) ?? refused('There is nothing here that has a name.');
  if (prepared.kind === 'refused') return prepared;
  const name = namesOf(analysis).at(offset)?.names[0];
  const text = wanted.trim();
  if (!name) return refused('There is nothing here that has a name.');
  const reached = reach({ file: world.others.self, analysis, others: world.others }, name);
  for (const [{ analysis: at }, one] of reached) {
    const why = unreadable(at.document) ?? invalid(one.kind, text) ?? taken(at, one, text);
    if (why !== undefined) return refused(why);
  }
  const files = new Map<string, { readonly analysis: Analysis; readonly edits: Map<number, Edit> }>();
  for (const [{ file, analysis: at }, { definitions, references }] of reached) {
    const { edits } = files.get(file) ?? files.set(file, { analysis: at, edits: new Map() }).get(file) ?? { edits: new Map() };
    for (const range of [...definitions.map((one) => one.range), ...references]) edits.set(range.start, { range, text });
  }
  return {
    kind: 'edits',
    files: [...files].map(([file, { analysis: at, edits }]) => ({
      file,
      analysis: at,
      edits: [...edits.values()].sort((a, b) => a.range.start - b.range.start),
    })),
  };
}

/** Why a name must stay as it is. */
function obstacle(analysis: Analysis, name: Name, { around, others }: World): string | undefined {
  const broken = unreadable(analysis.document);
  if (broken !== undefined) return broken;
  const { kind, definitions, step } = name;
  if (kind === 'variable')
    return `Scripts and the programs they start read the variable \`${name.name}\` too, and what they read cannot be found. Change it by hand.`;
  if (definitions.length > 1) return `The file declares two ${kind}s \`${name.name}\`. Give one of them another name by hand first.`;
  if (definitions.length > 0) return undefined;
  if (name.called !== undefined && kind !== 'runbook') {
    const [[home, own] = []] = reach({ file: others.self, analysis, others }, name);
    if (home && own && own.definitions.length > 0 && home.file !== others.self) return undefined;
    return `The runbook \`${name.called}\` declares no such ${kind}.`;
  }
  if (kind === 'action') return `\`${name.name}\` is the name of an action: it is given where the action is described.`;
  if (kind === 'runbook') return 'This is the path of a file. Rename the file, then change the path.';
  if (kind === 'target' && around.targets.some((one) => one.name.toLowerCase() === name.name.toLowerCase()))
    return `The target \`${name.name}\` is shared by all runbooks of the workspace. Change it by hand, in \`targets.yaml\` first.`;
  if (kind === 'loop')
    return `\`${name.name}\` is what each item is called where \`as\` gives no name. Write \`as: NAME\` beside \`for-each\` first.`;
  if (kind !== 'output') return `The file declares no ${kind} \`${name.name}\`.`;
  if (step?.verb === 'uses') return `The action \`${step.uses ?? ''}\` gives its outputs their names.`;
  return `The script itself names \`${name.name}\`: only what stands under \`outputs\` of a step can be renamed here.`;
}

function unreadable({ syntax, lines }: Analysis['document']): string | undefined {
  const [problem] = syntax.problems;
  if (!problem) return undefined;
  const line = lines.position(problem.range.start).line + 1;
  return `Parts of the file cannot be read, so places of the name could be missed. Mend line ${line} first.`;
}

/** Words of the language inside an expression say that they are; elsewhere there is nothing to say. */
function reserved({ document, expressions }: Analysis, offset: number): Refused | undefined {
  for (const { parsed, range, locate } of expressions) {
    if (!parsed.ok || !holds(range, offset)) continue;
    for (const { token, start, end } of parsed.tokens) {
      if (!/^[A-Za-z]/.test(token.lexeme) || !holds(locate(start, end), offset)) continue;
      const known = (contextNames as readonly string[]).includes(token.lexeme.toLowerCase()) || isFunction(token.lexeme);
      return refused(
        `\`${document.text.slice(locate(start, end).start, locate(start, end).end)}\` is ${known ? 'a word of the language' : 'not a name that the file declares'}.`,
      );
    }
  }
  return undefined;
}

function invalid(kind: NameKind, text: string): string | undefined {
  if (text === '') return 'A name cannot be empty.';
  const first = kind === 'step' ? 'a letter' : 'a letter or `_`';
  if (!(kind === 'step' ? /^[A-Za-z][\w-]*$/ : /^[A-Za-z_][\w-]*$/).test(text))
    return `\`${text.slice(0, 80)}\` cannot be the name of a ${kind}: ${first} first, then letters, digits, \`-\` and \`_\`.`;
  return /^(?:true|false|null)$/i.test(text) ? `\`${text}\` is a value in YAML, not a name.` : undefined;
}

/** Names are the same whatever their case; a change of case alone is one. */
function taken(analysis: Analysis, own: Name, text: string): string | undefined {
  const wanted = text.toLowerCase();
  const rival =
    own.called !== undefined
      ? undefined
      : namesOf(analysis).names.find(
          (other) =>
            other !== own &&
            other.kind === own.kind &&
            other.step === own.step &&
            other.called === undefined &&
            other.definitions.length > 0 &&
            other.name.toLowerCase() === wanted,
        );
  // Beside those that the step declares there are those that its verb has anyway.
  const given = own.kind === 'output' && own.step ? outputsOf(own.step, analysis.document.actions).names : [];
  const same = rival?.name ?? given.find((name) => name.toLowerCase() === wanted && name.toLowerCase() !== own.name.toLowerCase());
  return same === undefined ? undefined : `There is ${/^[io]/.test(own.kind) ? 'an' : 'a'} ${own.kind} \`${same}\` already.`;
}

const refused = (why: string): Refused => ({ kind: 'refused', why });
