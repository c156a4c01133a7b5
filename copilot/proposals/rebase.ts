import { Lines } from '../../runbook/syntax/lines.ts';
import type { EditProposal, Place } from './proposal.ts';
import { type Replaced, type Replacement, replaceParts } from './replace.ts';

interface Change {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Whole lines, from the first to the last, with what changes in them. */
interface Part {
  readonly first: number;
  readonly last: number;
  readonly changes: readonly Change[];
}

/**
 * Puts the edits of a proposal into a text that has changed since: possible where every changed part, in whole lines, still stands in it
 * exactly once. What was changed elsewhere stays.
 */
export function rebase({ before, edits }: Pick<EditProposal, 'before' | 'edits'>, current: string): Replaced {
  const lines = new Lines(before);
  const offset = ({ line, character }: Place) => Math.min(before.length, (lines.starts[line] ?? before.length) + character);
  const parts: Part[] = [];
  for (const { range, newText } of edits) {
    const change = { start: offset(range.start), end: offset(range.end), newText };
    const part = alone(partOf(change, lines), before, lines);
    const previous = parts.at(-1);
    // Two that need each other's lines are one.
    if (previous !== undefined && part.first <= previous.last)
      parts[parts.length - 1] = { ...previous, last: Math.max(previous.last, part.last), changes: [...previous.changes, change] };
    else parts.push(part);
  }
  return replaceParts(
    current,
    parts.map((part) => replacement(part, before, lines)),
  );
}

function partOf(change: Change, lines: Lines): Part {
  // A place between two lines is known by both of them.
  const around = change.start === change.end ? 1 : 0;
  const last = lines.position(Math.max(change.start, change.end - 1)).line;
  return {
    first: Math.max(0, lines.position(change.start).line - around),
    last: Math.min(lines.starts.length - 1, last + around),
    changes: [change],
  };
}

/** With as many lines around it as it takes to stand once in the text that the edits are for. */
function alone(part: Part, text: string, lines: Lines): Part {
  const [start, end] = rangeOf(part, lines);
  const old = text.slice(start, end);
  const once = old.trim() !== '' && text.indexOf(old) === start && text.indexOf(old, start + 1) < 0;
  const whole = part.first === 0 && part.last === lines.starts.length - 1;
  if (once || whole) return part;
  return alone({ ...part, first: Math.max(0, part.first - 1), last: Math.min(lines.starts.length - 1, part.last + 1) }, text, lines);
}

const rangeOf = ({ first, last }: Part, lines: Lines): [number, number] => [
  lines.starts[first] ?? 0,
  lines.starts[last + 1] ?? lines.length,
];

function replacement(part: Part, text: string, lines: Lines): Replacement {
  const [start, end] = rangeOf(part, lines);
  let made = '';
  let at = start;
  for (const change of part.changes) {
    made += text.slice(at, change.start) + change.newText;
    at = change.end;
  }
  const plain = (part: string) => part.replaceAll('\r\n', '\n');
  return { old: plain(text.slice(start, end)), new: plain(made + text.slice(at, end)) };
}
