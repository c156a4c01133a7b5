/** What is told, whatever the channel. */
export interface Message {
  readonly title: string;
  readonly text: string;
  readonly severity: Severity;
  readonly run: string;
  readonly step: string;
  /** ISO. */
  readonly time: string;
}

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** The first line of the text where there is no title. */
export function titleOf(title: string | undefined, text: string): string {
  const line = (title ?? text.trim().split('\n')[0] ?? '').replace(/\s+/g, ' ').trim() || 'Runwright';
  return cut(line, 150);
}

/** Whole characters, as many as there is room for. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = most - 1;
  const pair = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? 1 : 0;
  return `${text.slice(0, end - pair)}…`;
}

/** For a person: where it comes from. */
export const origin = ({ run, step, severity }: Message): string => `Severity ${severity} · run ${run} · step ${step}`;
