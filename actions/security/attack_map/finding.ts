import type { Json } from '../../../runbook/core/json.ts';

/** Of one finding: more would say the same again. */
const longest = 16 * 1024;
const mostFields = 500;
const deepest = 12;

/** What is read of one finding. */
export interface Finding {
  /** Lower case: all its texts, a line each. */
  readonly text: string;
  /** Path and value, lower case. */
  readonly fields: readonly (readonly [path: string, value: string])[];
  readonly excerpt: string;
}

export function readFinding(given: Json): Finding {
  const fields: [string, string][] = [];
  const texts: string[] = [];
  let left = longest;
  const walk = (value: Json, path: string, depth: number) => {
    if (left <= 0 || fields.length >= mostFields || depth > deepest || value === null) return;
    if (Array.isArray(value)) for (const item of value) walk(item, path, depth + 1);
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) walk(item, path === '' ? key : `${path}.${key}`, depth + 1);
    else {
      const text = String(value).slice(0, left);
      left -= text.length;
      fields.push([path.toLowerCase(), text.toLowerCase()]);
      if (typeof value === 'string') texts.push(text);
    }
  };
  walk(given, '', 0);
  const shown = typeof given === 'string' ? given : texts.join(' · ');
  return {
    text: texts.join('\n').toLowerCase(),
    fields,
    excerpt: [...shown.replace(/[\p{C}\s]+/gu, ' ').trim()].slice(0, 200).join(''),
  };
}

/** Paragraphs of a text. */
export const paragraphs = (text: string): string[] =>
  text
    .split(/\r?\n[ \t]*\r?\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
