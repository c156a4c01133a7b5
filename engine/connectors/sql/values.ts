import type { Json } from '../../../runbook/core/json.ts';

/** An integer as a number where a double holds it, else as the text. */
export const honestNumber = (text: string): Json => (Number.isSafeInteger(Number(text)) && text.trim() !== '' ? Number(text) : text);

/** Deeper than this nothing is nested by honest people, and other code would run out of stack. */
const deepest = 200;

/** The value of a JSON text, with numbers that a double cannot hold as text; the text itself when it is not JSON or nested too deeply. */
export function honestJson(text: string): Json {
  if (nesting(text) > deepest) return text;
  try {
    return JSON.parse(text, (_key, value: Json, context?: { readonly source?: string }) =>
      typeof value === 'number' && context?.source !== undefined && !holds(value, context.source) ? context.source : value,
    );
  } catch {
    return text;
  }
}

/** Any fraction is rounded by everybody who reads JSON; digits of an integer that are lost are a lie. */
const holds = (value: number, source: string): boolean => (/^-?\d+$/.test(source) ? Number.isSafeInteger(value) : Number.isFinite(value));

function nesting(text: string): number {
  let depth = 0;
  let most = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '[' || char === '{') most = Math.max(most, ++depth);
    else if (char === ']' || char === '}') depth--;
  }
  return most;
}
