import { type Indicator, readIndicator } from '../indicators/indicator.ts';

/** What one feed says of one indicator. Times in ISO 8601. */
export interface FeedEntry extends Indicator {
  /** 0 to 100: how sure the feed itself is. */
  readonly confidence: number;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly tags: readonly string[];
  readonly reference?: string;
}

/** What a reader of a format finds, before anything is checked. */
export interface Found {
  readonly indicator: string;
  readonly confidence?: number;
  readonly firstSeen?: string | number;
  readonly lastSeen?: string | number;
  readonly tags?: readonly string[];
  readonly reference?: string;
}

const mostTags = 20;
const longestTag = 100;
const longestReference = 500;

/** Undefined where it is no indicator. */
export function entryOf({ indicator, confidence = 100, firstSeen, lastSeen, tags = [], reference }: Found): FeedEntry | undefined {
  const read = readIndicator(indicator);
  if (!read) return undefined;
  const first = timeOf(firstSeen);
  const last = timeOf(lastSeen);
  return {
    ...read,
    confidence: Math.max(0, Math.min(100, Number.isFinite(confidence) ? confidence : 100)),
    tags: tags.slice(0, mostTags).map((tag) => tag.slice(0, longestTag)),
    ...(first && { firstSeen: first }),
    ...(last && { lastSeen: last }),
    ...(reference && { reference: reference.slice(0, longestReference) }),
  };
}

/** Two mentions in one feed are one: the surer, and the whole time. */
export function merged(a: FeedEntry, b: FeedEntry): FeedEntry {
  const [surer, other] = a.confidence >= b.confidence ? [a, b] : [b, a];
  const firstSeen = [a.firstSeen, b.firstSeen].filter((time) => time !== undefined).sort()[0];
  const lastSeen = [a.lastSeen, b.lastSeen]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  return {
    ...other,
    ...surer,
    tags: [...new Set([...surer.tags, ...other.tags])].slice(0, mostTags),
    ...(firstSeen && { firstSeen }),
    ...(lastSeen && { lastSeen }),
  };
}

/** ISO 8601 in UTC; a number is seconds since 1970. A text without a zone is UTC, as feeds mean it. */
export function timeOf(value: string | number | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  const seconds = typeof value === 'number' ? value : /^\d{9,11}$/.test(value.trim()) ? Number(value) : undefined;
  const text = String(value).trim();
  const iso = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text)
    ? `${text.replace(' ', 'T')}Z`
    : text.replace(/ UTC$/, 'Z').replace(' ', 'T');
  const time = new Date(seconds === undefined ? iso : seconds * 1000);
  return Number.isNaN(time.getTime()) || (seconds === undefined && !/^\d{4}-\d{2}-\d{2}/.test(text)) ? undefined : time.toISOString();
}
