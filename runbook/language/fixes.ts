import type { Analysis } from '../analyse.ts';
import type { Diagnostic, Fix } from '../diagnostic.ts';
import type { Document } from '../document.ts';
import type { Edit } from './edit.ts';
import { addKeys } from './fixes/add-keys.ts';
import { byCode, ignore } from './fixes/by-code.ts';
import { moveToEnv } from './fixes/move-to-env.ts';

export interface QuickFix {
  readonly title: string;
  readonly edits: readonly Edit[];
  readonly diagnostic: Diagnostic;
  /** The one that is right unless somebody knows better. */
  readonly preferred: boolean;
}

type Maker<K extends Fix['kind']> = (
  document: Document,
  diagnostic: Diagnostic,
  fix: Extract<Fix, { kind: K }>,
) => { title: string; edits: readonly Edit[] }[];

/** One per kind of fix: the compiler asks for a missing one. */
const makers: { readonly [K in Fix['kind']]: Maker<K> } = {
  replace: (_document, { range }, { by }) => by.map((text) => ({ title: `Change to \`${text}\``, edits: [{ range, text }] })),
  'add-unit': (_document, { range }, { number }) =>
    Object.entries({ s: 'seconds', m: 'minutes', h: 'hours', ms: 'milliseconds' }).map(([unit, words]) => ({
      title: `Say ${number} ${words}: \`${number}${unit}\``,
      edits: [{ range, text: `${number}${unit}` }],
    })),
  'move-to-env': (document, { range }, fix) => moveToEnv(document, range, fix),
  'add-keys': (document, _diagnostic, fix) => addKeys(document, fix),
};

/** What could be done about the problems that touch a range. */
export function fixes({ document, diagnostics }: Analysis, start: number, end: number): QuickFix[] {
  return diagnostics
    .filter(({ range }) => range.start <= end && start <= range.end)
    .flatMap((diagnostic) => {
      const made = diagnostic.fix ? make(document, diagnostic, diagnostic.fix) : [];
      const own = Object.hasOwn(byCode, diagnostic.code) ? byCode[diagnostic.code]?.(document, diagnostic) : undefined;
      return [
        ...made.map((fix, index) => ({ ...fix, diagnostic, preferred: index === 0 && diagnostic.fix?.kind !== 'add-unit' })),
        ...(own ?? []).map((fix) => ({ ...fix, diagnostic, preferred: fix.preferred === true && made.length === 0 })),
        ...(silenceable(diagnostic) ? ignore(document, diagnostic) : []).map((fix) => ({ ...fix, diagnostic, preferred: false })),
      ];
    });
}

/** What could not run is to be mended, not silenced. */
const silenceable = ({ severity }: Diagnostic) => severity !== 'error';

function make<K extends Fix['kind']>(
  document: Document,
  diagnostic: Diagnostic,
  fix: Extract<Fix, { kind: K }>,
): { title: string; edits: readonly Edit[] }[] {
  const maker = makers[fix.kind as K];
  return maker(document, diagnostic, fix);
}

/** The edits of every problem that has one right answer; of two that touch the same text only the first. */
export function fixAll(analysis: Analysis): Edit[] {
  const taken: Edit[] = [];
  for (const { edits, preferred } of fixes(analysis, 0, analysis.document.text.length)) {
    const free = edits.every(({ range }) => taken.every((other) => range.end < other.range.start || other.range.end < range.start));
    if (preferred && free) taken.push(...edits);
  }
  return taken;
}
