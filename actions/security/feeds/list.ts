import { readIndicator } from '../indicators/indicator.ts';
import type { Found } from './entry.ts';

/** What a hosts file gives the names that it blocks. */
const nowhere = new Set(['0.0.0.0', '127.0.0.1', '::', '::1']);
const local = /^(localhost|broadcasthost|.*\.localdomain|ip6-\w+)$/i;

/** One indicator on each line, comments after `#` or `;`; also lines of a hosts file. */
export function* readList(text: string): Iterable<Found> {
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const line = match[0].replace(/(^|\s)[#;].*$/, '').trim();
    if (line === '' || line.startsWith('//')) continue;
    const [first = '', ...names] = line.split(/[\s,]+/, 20);
    if (!nowhere.has(first) || names.length === 0) yield { indicator: first };
    else for (const name of names) if (!local.test(name) && readIndicator(name)) yield { indicator: name };
  }
}
