import { buildRunbook } from '../../runbook/build.ts';
import type { Runbook } from '../../runbook/core/model.ts';
import { type Document, readDocument } from '../../runbook/document.ts';
import { LiveRunbook } from '../../runbook/pieces/live.ts';
import { parse } from '../../runbook/syntax/parse.ts';

/** Reads a runbook as it is being written: missing and wrong parts are left out. Undefined when it is no YAML or no map at all. */
export function parseRunbook(text: string): Runbook | undefined {
  return built(readDocument(text, parse(text), []));
}

/** How many open texts are remembered, and how much of the beginning tells one from another. */
const remembered = 2;
const beginning = 80;

/** The texts that were asked about last, the newest first. */
const known: { readonly live: LiveRunbook; runbook: Runbook | undefined }[] = [];

/**
 * The same for a text that is asked about again and again while it changes: only the steps that changed are read again.
 * What is remembered is found by its text, so it can never answer for another one.
 */
export function parseOpenRunbook(text: string): Runbook | undefined {
  const same = known.find(({ live }) => live.text === text);
  if (same !== undefined) return same.runbook;
  const near = known.findIndex(({ live }) => live.text.slice(0, beginning) === text.slice(0, beginning));
  const [entry] = near < 0 ? [] : known.splice(near, 1);
  const live = entry?.live ?? new LiveRunbook(text, { actions: [], rules: [] });
  if (entry !== undefined) live.replace(text);
  const runbook = built(live.analysis().document);
  known.unshift({ live, runbook });
  known.length = Math.min(known.length, remembered);
  return runbook;
}

function built(document: Document): Runbook | undefined {
  if (document.syntax.problems.length > 0 || document.root?.kind !== 'map') return undefined;
  try {
    return buildRunbook(document);
  } catch {
    // Shapes that the schema forbids; the text itself is then what there is to show.
    return undefined;
  }
}
