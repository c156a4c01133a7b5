import type { YAMLError } from 'yaml';
import type { SyntaxProblem } from './problem.ts';

/** The parser's words for the commonest mistakes, replaced by what to do about them. */
const sentences: Partial<Record<YAMLError['code'], string>> = {
  BAD_INDENT: 'The indentation does not fit: the keys of one map and the items of one list begin in the same column.',
  BLOCK_AS_IMPLICIT_KEY: 'A second `: ` on one line: put the value in quotes, or begin a new line.',
  MULTILINE_IMPLICIT_KEY: 'A `:` is missing after this key, or the text before it needs quotes.',
  BAD_DQ_ESCAPE: 'Double quotes do not know this escape: write `\\\\` for a backslash, or use single quotes.',
  BAD_SCALAR_START: 'A value cannot begin with this character: put it in quotes.',
  KEY_OVER_1024_CHARS: 'A key cannot be this long; a quote or a `:` is probably missing.',
};

export function messageOf(error: YAMLError, text: string): SyntaxProblem {
  const [from, to] = error.pos;
  const start = Math.min(Math.max(0, from), text.length);
  const end = Math.min(Math.max(to, start + 1), Math.max(text.length, start));
  if (error.code === 'TAB_AS_INDENT' || (text[start] === '\t' && /indent|tab/i.test(error.message))) {
    return {
      code: 'tab-indentation',
      range: { start, end: tabsEnd(text, start) },
      message: 'YAML is indented with spaces, never with tabs: replace each tab by two spaces.',
    };
  }
  const quote = /^Missing closing (["'])quote/.exec(error.message)?.[1];
  if (quote) {
    // Reported at the end of the file; what is wrong is where the quote was opened.
    const opened = openingQuote(text, quote, start);
    return { code: 'yaml-syntax', range: { start: opened, end: lineEnd(text, opened) }, message: `The quote ${quote} is never closed.` };
  }
  if (/^Implicit map keys need to be followed/.test(error.message))
    return { code: 'yaml-syntax', range: { start, end }, message: 'A `:` is missing after this key.' };
  if (/^Sequence item without - /.test(error.message)) {
    return {
      code: 'yaml-syntax',
      range: { start: skipBlanks(text, start), end: lineEnd(text, start) },
      message: sentences.BAD_INDENT ?? error.message,
    };
  }
  return { code: 'yaml-syntax', range: { start, end }, message: sentences[error.code] ?? sentence(error.message) };
}

/** No other one of its kind follows it, or it would be closed. */
function openingQuote(text: string, quote: string, before: number): number {
  let at = text.lastIndexOf(quote, before);
  while (at > 0 && quote === '"' && text[at - 1] === '\\') at = text.lastIndexOf(quote, at - 1);
  return Math.max(0, at);
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at;
}

function lineEnd(text: string, from: number): number {
  const length = text.slice(from).search(/[\r\n]/);
  return length < 0 ? text.length : Math.max(from + length, Math.min(from + 1, text.length));
}

function tabsEnd(text: string, start: number): number {
  let end = start;
  while (text[end] === '\t' || text[end] === ' ') end++;
  return Math.max(end, start + 1);
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
