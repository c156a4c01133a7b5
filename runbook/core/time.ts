const day = 86_400_000;

/** ISO 8601 in UTC of milliseconds since the epoch, without a clock or a calendar of the machine. */
export function isoTime(milliseconds: number): string {
  const days = Math.floor(milliseconds / day);
  const { year, month, date } = civil(days);
  const rest = milliseconds - days * day;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const clock = `${two(rest / 3_600_000)}:${two((rest / 60_000) % 60)}:${two((rest / 1000) % 60)}.${String(Math.floor(rest % 1000)).padStart(3, '0')}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}T${clock}Z`;
}

/** The Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin in March. */
function civil(days: number): { year: number; month: number; date: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}
