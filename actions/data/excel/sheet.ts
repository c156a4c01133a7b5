import type { Json } from '../../../runbook/core/json.ts';
import type { Archive } from './archive.ts';
import type { Workbook } from './workbook.ts';
import { readXml } from './xml.ts';

/** Columns that a sheet can have. */
const mostColumns = 16_384;
const day = 86_400_000;

export interface SheetEvents {
  /** `number` as the sheet counts, from 1; empty cells are null. */
  row(cells: Json[], number: number): void;
  between(): Promise<void> | undefined;
}

/** The rows of a sheet that have a cell, as they come. A formula gives the value it had when the file was saved, an error null. */
export async function readSheet(archive: Archive, part: string, book: Workbook, file: string, events: SheetEvents): Promise<void> {
  let cells: Json[] = [];
  let rowNumber = 0;
  let column = -1;
  let type = '';
  let style = 0;
  let text = '';
  let taking = false;
  let phonetic = false;
  await readXml(archive.text(part), file, {
    open(tag, { r, t, s }) {
      if (tag === 'row') {
        cells = [];
        column = -1;
        rowNumber = r === undefined ? rowNumber + 1 : Number(r);
      } else if (tag === 'c') {
        column = r === undefined ? column + 1 : columnOf(r);
        type = t ?? 'n';
        style = Number(s ?? 0);
        text = '';
      } else if (tag === 'rPh') phonetic = true;
      else if (tag === 'v' || tag === 't') taking = !phonetic;
    },
    text(more) {
      if (taking) text += more;
    },
    close(tag) {
      if (tag === 'v' || tag === 't') taking = false;
      else if (tag === 'rPh') phonetic = false;
      else if (tag === 'c' && column >= 0 && column < mostColumns) {
        while (cells.length < column) cells.push(null);
        cells[column] = cellOf(text, type, style, book);
      } else if (tag === 'row' && cells.some((cell) => cell !== null)) events.row(cells, rowNumber);
    },
    between: () => events.between(),
  });
}

/** `AB12` is column 27. */
function columnOf(place: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(place)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function cellOf(text: string, type: string, style: number, { texts, times, from1904 }: Workbook): Json {
  if (text === '' || type === 'e') return null;
  if (type === 's') return texts[Number(text)] ?? null;
  if (type === 'b') return text === '1';
  if (type !== 'n') return text;
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  return times.has(style) ? timeOf(number, from1904) : number;
}

/** Days since the end of 1899, with a 29 February 1900 that there never was; to the second, as ISO 8601, a whole day as a date. */
function timeOf(days: number, from1904: boolean): Json {
  const since = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  const time = new Date(since + Math.round((days * day) / 1000) * 1000);
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999 || days < 0) return days;
  const iso = time.toISOString();
  return Number.isInteger(days) ? iso.slice(0, 10) : days < 1 && !from1904 ? iso.slice(11, 19) : iso.slice(0, 19);
}
