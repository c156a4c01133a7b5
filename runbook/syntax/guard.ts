import { Lexer } from 'yaml';
import { limits } from './limits.ts';
import type { SyntaxProblem } from './problem.ts';

/** Refuses, before any recursive parser sees it, a text that is too large, not text, or nested too deeply. */
export function guard(text: string): SyntaxProblem | undefined {
  if (text.length > limits.text) {
    return {
      code: 'file-too-large',
      range: { start: 0, end: 1 },
      message: `The file has ${thousands(text.length)} thousand characters; a runbook may have ${thousands(limits.text)} thousand. Split it, or move data into files that its steps read.`,
    };
  }
  const binary = findBinary(text);
  if (binary !== undefined) {
    return {
      code: 'not-text',
      range: { start: binary, end: binary + 1 },
      message: 'This is not a text file: it holds bytes that text never has. A runbook is YAML, saved as UTF-8.',
    };
  }
  return mayNest(text) ? findDepth(text) : undefined;
}

/** What YAML forbids, and what a decoder leaves of bytes that are not UTF-8. */
const suspicious = /[^\t\n\r -~\x80-\ufffc\ufffe\uffff]/;

/** Of the marks of a decoder there may be too many in the whole where no piece of it has too many. */
export function isDoubtful(text: string): boolean {
  let found = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) if (++found > 8) return true;
  return false;
}

const thousands = (count: number) => Math.ceil(count / 1000);

/** Control characters that YAML forbids, or the mark a decoder leaves where bytes are not UTF-8 (many of them: one may be meant). */
function findBinary(text: string): number | undefined {
  if (!suspicious.test(text)) return undefined;
  let replaced = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 9 || code === 11 || code === 12 || (code > 13 && code < 32) || code === 127) return index;
    if (code === 0xfffd && ++replaced > 8 && replaced * 10 > index) return index;
  }
  return undefined;
}

/** Enough of what nests for there to be too much of it. */
function mayNest(text: string): boolean {
  let brackets = 0;
  let marks = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 91 || code === 123) brackets++;
    else if (code === 45 || code === 58 || code === 63) marks++;
    else if (code === 10) marks = 0;
    if (brackets > limits.depth || marks > limits.depth) return true;
  }
  return false;
}

/** The lexer does not recurse, so it may look at anything; what nests is flow brackets and, on one line, `- - -` and `? ?`. */
function findDepth(text: string): SyntaxProblem | undefined {
  let offset = 0;
  let flow = 0;
  let line = 0;
  for (const token of new Lexer().lex(text)) {
    // Where indentation ends brackets that nobody closed, what follows is not inside them.
    if (token === '\x18') flow = 0;
    if (token === '\x02' || token === '\x18' || token === '\x1f') continue;
    if (token === '[' || token === '{') flow++;
    else if (token === ']' || token === '}') flow = Math.max(0, flow - 1);
    // Inside brackets these separate, and nest nothing.
    else if (flow === 0 && (token === '-' || token === '?' || token === ':')) line++;
    else if (token === '\n' || token === '\r\n') line = 0;
    if (flow > limits.depth || line > limits.depth) {
      return { code: 'nested-too-deeply', range: { start: offset, end: offset + 1 }, message: tooDeep };
    }
    offset += token.length;
  }
  return undefined;
}

export const tooDeep = `Lists and maps are nested more than ${limits.depth} levels deep; no runbook needs that. Check for brackets or indentation that were pasted by mistake.`;
