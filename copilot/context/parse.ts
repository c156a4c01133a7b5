import { buildRunbook } from '../../runbook/build.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { readDocument } from '../../runbook/document.ts';
import { parse } from '../../runbook/syntax/parse.ts';

/** Reads a runbook as it is being written: missing and wrong parts are left out. Undefined when it is no YAML or no map at all. */
export function parseRunbook(text: string): Runbook | undefined {
  const syntax = parse(text);
  if (syntax.problems.length > 0 || syntax.root?.kind !== 'map') return undefined;
  try {
    return buildRunbook(readDocument(text, syntax, []));
  } catch {
    // Shapes that the schema forbids; the text itself is then what there is to show.
    return undefined;
  }
}
