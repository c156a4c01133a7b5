import { createHash } from 'node:crypto';
import type { ActionView } from '../../protocol/lsp.ts';
import { analyse } from '../../runbook/analyse.ts';
import type { ActionManifest } from '../../runbook/core/action.ts';
import type { JsonObject } from '../../runbook/core/json.ts';
import type { Edit } from '../../runbook/language/edit.ts';
import { Lines } from '../../runbook/syntax/lines.ts';
import type { OpenRunbook } from '../context/ports.ts';
import { refang } from '../plan/entities.ts';
import type { EditProposal } from '../proposals/proposal.ts';
import type { Language } from '../tools/ports.ts';
import { mending } from './requests/fix.ts';
import { stepKeys } from './requests/keys.ts';
import { wholeSteps } from './requests/steps.ts';
import { topKeys } from './requests/top.ts';
import type { EditRule, Made } from './rule.ts';

/** The first rule whose words fit has the request: what is said in more words comes first. */
const rules: readonly EditRule[] = [...mending, ...topKeys, ...wholeSteps, ...stepKeys];

const polite =
  /^(?:(?:please|kindly|now|ok(?:ay)?|then|so|hey|can you|could you|would you|will you|i want you to|i'd like you to|i need you to|i want to|let's|go ahead and|also|and)[\s,]+)+/i;

export type EditedByRules =
  | { readonly kind: 'proposal'; readonly proposal: EditProposal }
  /** The words are understood and it cannot be done, or what came of it would be wrong. */
  | { readonly kind: 'cannot'; readonly why: string };

/** What a request in words makes of the open runbook, by rules; undefined where no rule knows it. */
export async function editByRules(open: OpenRunbook, request: string, language: Language): Promise<EditedByRules | undefined> {
  const words = refang(request)
    .replaceAll('$ {{', '${{')
    .trim()
    .replace(polite, '')
    .replace(/[?]\s*$/, '');
  if (words.length > 2000) return undefined;
  const made = apply(open, words, (await language.actions()).map(manifestOf));
  if (made === undefined) return undefined;
  if ('why' in made) return { kind: 'cannot', why: made.why };
  const { text, edits } = edited(open.text, made.edits);
  if (text === open.text) return { kind: 'cannot', why: 'The runbook is like that already.' };
  const diagnostics = await language.check(text, open.file);
  const before = new Set((await language.check(open.text, open.file)).map(({ code, message }) => `${code} ${message}`));
  const errors = diagnostics.filter(({ severity, code, message }) => severity === 'error' && !before.has(`${code} ${message}`));
  if (errors.length > 0)
    return {
      kind: 'cannot',
      why: `That would make the runbook wrong: ${errors
        .slice(0, 3)
        .map(({ line, message }) => `line ${line}: ${message}`)
        .join(' ')}`,
    };
  const base = `sha256:${createHash('sha256').update(open.text).digest('hex')}`;
  return {
    kind: 'proposal',
    proposal: { kind: 'edit', file: open.file, base, before: open.text, edits, text, summary: made.summary, diagnostics },
  };
}

/** What the language asks of an action; the rest plays no part in an edit. */
const manifestOf = ({ name, description, risk, inputs, outputs, estimate }: ActionView): ActionManifest => ({
  name,
  description,
  category: 'integration',
  complexity: 'simple',
  risk,
  idempotent: false,
  inputs: inputs as JsonObject,
  outputs: outputs as ActionManifest['outputs'],
  estimate,
});

function apply(open: OpenRunbook, words: string, actions: readonly ActionManifest[]): Made | undefined {
  const analysis = analyse(open.text, { actions });
  const { document } = analysis;
  const cursor = open.cursorLine === undefined ? undefined : document.lines.range(Math.max(0, open.cursorLine - 1)).end;
  let refused: Made | undefined;
  for (const { says, make } of rules) {
    const groups = says.exec(words)?.groups ?? (says.test(words) ? {} : undefined);
    if (groups === undefined) continue;
    const made = make({ analysis, document, ...(cursor === undefined ? {} : { cursor }) }, unquoted(groups));
    if (!('why' in made)) return made;
    // Other words may fit a later rule better; the first reason is the one that is told.
    refused ??= made;
  }
  return refused;
}

const unquoted = (groups: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(groups).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, /^(?:step|other)\d?$/.test(name) ? text : text.trim().replace(/^[`"'“](.*)[`"'”]$/s, '$1')]],
    ),
  );

/** Edits put in, from the last to the first; those at one place keep their order. */
function edited(text: string, edits: readonly Edit[]): { readonly text: string; readonly edits: EditProposal['edits'] } {
  const lines = new Lines(text);
  const place = (offset: number) => {
    const { line, column } = lines.position(offset);
    return { line, character: column };
  };
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let after = '';
  let at = 0;
  for (const { range, text: part } of sorted) {
    after += text.slice(at, range.start) + part;
    at = range.end;
  }
  return {
    text: after + text.slice(at),
    edits: sorted.map(({ range, text: newText }) => ({ range: { start: place(range.start), end: place(range.end) }, newText })),
  };
}
