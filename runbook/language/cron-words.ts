const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Five fields in words: when a schedule is due. Undefined where that cannot be said in words that are right. */
export function cronWords(cron: string): string | undefined {
  const fields = cron.trim().split(/\s+/);
  const [minute, hour, date, month, day] = fields;
  if (fields.length !== 5 || minute === undefined || hour === undefined || date === undefined || month === undefined || day === undefined)
    return undefined;
  const time = timeWords(minute, hour);
  const on = field(day, days, 'Sun');
  const of = field(month, ['', ...months], 'Jan');
  const dates = date === '*' ? '' : numbers(date, 31);
  if (time === undefined || on === undefined || of === undefined || dates === undefined) return undefined;
  const when =
    dates !== '' && on !== ''
      ? ` on day ${dates} of the month, and on ${on}`
      : dates !== ''
        ? ` on day ${dates} of the month`
        : on !== ''
          ? ` on ${on}`
          : of === '' && !time.includes('every')
            ? ' every day'
            : '';
  return `${time[0]?.toUpperCase()}${time.slice(1)}${when}${of === '' ? '' : ` in ${of}`}.`;
}

function timeWords(minute: string, hour: string): string | undefined {
  const fixed = (text: string, most: number) => /^\d{1,2}$/.test(text) && Number(text) <= most;
  if (fixed(minute, 59) && fixed(hour, 23)) return `at ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  const hours = hour === '*' ? '' : (step(hour, 'hour') ?? (numbers(hour, 23) === undefined ? undefined : `in hour ${numbers(hour, 23)}`));
  const minutes =
    minute === '*' ? 'every minute' : (step(minute, 'minute') ?? (fixed(minute, 59) ? `at minute ${Number(minute)}` : listed(minute)));
  if (hours === undefined || minutes === undefined) return undefined;
  if (hour === '*') return fixed(minute, 59) ? `${minutes} of every hour` : minutes;
  return `${minutes}, ${hours}`;
}

const listed = (text: string) => (numbers(text, 59) === undefined ? undefined : `at minutes ${numbers(text, 59)}`);

function step(text: string, unit: string): string | undefined {
  const every = /^\*\/(\d{1,2})$/.exec(text)?.[1];
  if (every === undefined || Number(every) === 0) return undefined;
  return Number(every) === 1 ? `every ${unit}` : `every ${Number(every)} ${unit}s`;
}

/** Numbers and ranges: `1,15` → `1 and 15`. */
function numbers(text: string, most: number): string | undefined {
  const parts = text.split(',').map((part) => /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(part));
  if (parts.some((part) => !part || Number(part[1]) > most || Number(part[2] ?? 0) > most)) return undefined;
  return and(parts.map((part) => (part?.[2] === undefined ? `${part?.[1]}` : `${part[1]} to ${part[2]}`)));
}

/** Names of days or months, by number or by their first three letters; empty for all of them. */
function field(text: string, names: readonly string[], example: string): string | undefined {
  if (text === '*' || text === '?') return '';
  const nameOf = (one: string) =>
    /^\d{1,2}$/.test(one)
      ? names[Number(one)] || undefined
      : names.find((name) => name !== '' && name.slice(0, example.length).toLowerCase() === one.toLowerCase());
  const parts = text.split(',').map((part) => part.split('-').map(nameOf));
  if (parts.some((part) => part.length > 2 || part.some((one) => one === undefined))) return undefined;
  return and(parts.map((part) => part.join(' to ')));
}

const and = (parts: readonly string[]) => (parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`);
