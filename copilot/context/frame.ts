import type { Json } from '../../runbook/core/json.ts';

/** Characters that a person does not see and a model reads: controls, zero-width, text direction, tags. */
const invisible = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e01ef}]/gu;

const codes = (text: string) =>
  Array.from({ length: text.length }, (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`).join('');

/** Indented JSON in which every character can be seen. A text inside never holds a line break, so it can neither begin nor end a fence. */
export const visibleJson = (value: Json): string => JSON.stringify(value, null, 2).replace(invisible, codes);

/** Puts data under its heading, inside a fence that is longer than any run of backticks in it. */
export function frame(heading: string, value: Json): string {
  const text = visibleJson(value);
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${heading}\n${fence}json\n${text}\n${fence}`;
}

/** A name on one line: what is not a plain character is dropped, and it has an end. */
export const oneLine = (text: string): string => text.replace(/[\s`]/g, ' ').replace(invisible, '').slice(0, 200).trim();
