import type { OutlineInput } from '../../protocol/lsp.ts';

/** What a person typed as the value that it means: a list may be typed without brackets and quotes. */
export function typed(input: Pick<OutlineInput, 'type'>, text: string): unknown {
  if (input.type !== 'list' || text.trim().startsWith('[')) return text;
  const items = text.split(',').map((item) => item.trim());
  return items.length === 1 && items[0] === '' ? [] : items;
}

/** As a person would type it. */
export function display(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An example of what fits, shown while nothing is typed. */
export function example({ type, format }: Pick<OutlineInput, 'type' | 'format'>): string | undefined {
  return (format === undefined ? undefined : formats[format]) ?? types[type];
}

const types: Readonly<Record<string, string>> = {
  list: 'one, two, three — or JSON: ["one", "two"]',
  object: 'JSON: {"name": "value"}',
  duration: '30s, 5m, 2h, 1h30m',
  file: 'Path of a file; the button at the top right chooses one',
  integer: 'A whole number',
  number: 'A number',
};

const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-11-20T09:30:00Z',
  ip: '192.0.2.10 or 2001:db8::10',
  ipv4: '192.0.2.10',
  ipv6: '2001:db8::10',
  cidr: '192.0.2.0/24',
  hostname: 'web-1.example.net',
  uri: 'https://example.net/page',
  email: 'ann@example.net',
};
