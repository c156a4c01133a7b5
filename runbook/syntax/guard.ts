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
  return findDepth(text);
}

const thousands = (count: number) => Math.ceil(count / 1000);

/** Control characters that YAML forbids, or the mark a decoder leaves where bytes are not UTF-8 (many of them: one may be meant). */
function findBinary(text: string): number | undefined {
  let replaced = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 9 || code === 11 || code === 12 || (code > 13 && code < 32) || code === 127) return index;
    if (code === 0xfffd && ++replaced > 8 && replaced * 10 > index) return index;
  }
  return undefined;
}

/** The lexer does not recurse, so it may look at anything; what nests is flow brackets and, on one line, `- - -` and `? ?`. */
function findDepth(text: string): SyntaxProblem | undefined {
  let offset = 0;
  let flow = 0;
  let line = 0;
  for (const token of new Lexer().lex(text)) {
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
