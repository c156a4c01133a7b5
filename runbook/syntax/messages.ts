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
  return { code: 'yaml-syntax', range: { start, end }, message: sentences[error.code] ?? sentence(error.message) };
}

function tabsEnd(text: string, start: number): number {
  let end = start;
  while (text[end] === '\t' || text[end] === ' ') end++;
  return Math.max(end, start + 1);
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
