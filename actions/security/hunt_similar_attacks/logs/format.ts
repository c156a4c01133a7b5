import { csvReader, delimiterOf } from './csv.ts';
import type { LogEvent } from './event.ts';
import { textEvent } from './event.ts';
import { jsonEvent } from './json.ts';
import { isSyslog, syslogEvent } from './syslog.ts';

export const logFormats = ['jsonl', 'syslog', 'csv', 'text'] as const;
export type LogFormat = (typeof logFormats)[number];

/** By the first lines of a file. */
export function formatOf(lines: readonly string[]): LogFormat {
  const some = lines.filter((line) => line.trim() !== '').slice(0, 10);
  const most = (is: (line: string) => boolean) => some.length > 0 && some.filter(is).length * 2 > some.length;
  if (most((line) => /^\s*\{/.test(line))) return 'jsonl';
  if (most(isSyslog)) return 'syslog';
  return delimiterOf(some) === undefined ? 'text' : 'csv';
}

/** Turns a line into an event; for CSV the first line names the fields and is none itself. */
export function lineReader(format: LogFormat): (line: string) => LogEvent | undefined {
  switch (format) {
    case 'jsonl':
      return jsonEvent;
    case 'syslog':
      return syslogEvent;
    case 'csv':
      return csvReader();
    case 'text':
      return textEvent;
  }
}
