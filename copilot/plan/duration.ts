const units: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
  fortnight: 1_209_600,
  month: 2_592_000,
};
const numbers: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  'forty-five': 45,
  sixty: 60,
  ninety: 90,
  'half an': 0.5,
  'half a': 0.5,
  'a couple of': 2,
  'a few': 3,
};

const digits = '\\d+(?:[.,]\\d+)?';
const counted = Object.keys(numbers)
  .sort((a, b) => b.length - a.length)
  .join('|');
const unit = 'months?|fortnights?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?';
/** A number in words wants its unit in words: "an" and "d" are no day. */
const one = `(?:${digits}[\\s-]*(?:${unit}|[wdhms])|(?:${counted})[\\s-]+(?:${unit}))`;
const always = 'permanent(?:ly)?|forever|indefinitely|for good|until further notice|without (?:a )?(?:time )?limit';

/** Durations in a text, as people write them: `24 hours`, `a day`, `1h30m`, `two weeks`, `permanently`. */
export const durationPattern = new RegExp(`\\b(?:${always}|${one}(?:(?:\\s*,?\\s*(?:and\\s+)?)${one})*)(?![\\w-])`, 'gi');

/** Seconds, or `permanent`; undefined for what is no duration. */
export function readDuration(text: string): number | 'permanent' | undefined {
  const said = text
    .trim()
    .toLowerCase()
    .replace(/^(?:for|about|around|only|just|the next|next)\s+/, '');
  if (new RegExp(`^(?:${always})$`).test(said)) return 'permanent';
  let left = said;
  let seconds = 0;
  const part = new RegExp(
    `^(${digits})[\\s-]*(${unit}|[wdhms])(?![a-z])|^(${digits})([wdhms])(?=\\d)|^(${counted})[\\s-]+(${unit})(?![a-z])`,
  );
  for (; left !== ''; ) {
    const found = part.exec(left);
    if (found === null) return undefined;
    const amount = amountOf(found[1] ?? found[3] ?? found[5] ?? '');
    const size = sizeOf(found[2] ?? found[4] ?? found[6] ?? '');
    if (amount === undefined || size === undefined) return undefined;
    seconds += amount * size;
    left = left.slice(found[0].length).replace(/^\s*,?\s*(?:and\s+)?/, '');
  }
  return seconds > 0 && Number.isSafeInteger(Math.round(seconds)) ? Math.round(seconds) : undefined;
}

const amountOf = (text: string): number | undefined => (/^\d/.test(text) ? Number(text.replace(',', '.')) : numbers[text]);
const sizeOf = (text: string): number | undefined => units[text] ?? units[text.replace(/s$/, '')];

/** Seconds in words: `24 hours`, `90 minutes`. */
export function durationWords(seconds: number): string {
  const [size, word] = (
    [
      [604_800, 'week'],
      [86_400, 'day'],
      [3600, 'hour'],
      [60, 'minute'],
    ] as const
  ).find(([size]) => seconds % size === 0 && seconds / size >= (size === 86_400 ? 2 : 1)) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
