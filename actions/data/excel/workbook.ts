import { posix } from 'node:path';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { type Archive, notWorkbook } from './archive.ts';
import { readXml } from './xml.ts';

export interface Sheet {
  readonly name: string;
  readonly part: string;
}

export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** Days are counted from 1904 in workbooks that old Macs made. */
  readonly from1904: boolean;
  /** Texts that cells name by their number. */
  readonly texts: readonly string[];
  /** Styles, by number, that show a number as a time. */
  readonly times: ReadonlySet<number>;
}

const mostText = 128 * 1024 * 1024;

/** All of a workbook but its rows. Throws `data-format`, `data-limit`. */
export async function readWorkbook(archive: Archive, name: string): Promise<Workbook> {
  const part = 'xl/workbook.xml';
  if (!archive.parts.has(part)) throw notWorkbook(name, new Error('it is an archive of something else'));
  const targets = await relations(archive, name);
  const sheets: Sheet[] = [];
  let from1904 = false;
  await readXml(archive.text(part), name, {
    open(tag, attributes) {
      if (tag === 'workbookPr') from1904 = attributes.date1904 === '1' || attributes.date1904 === 'true';
      // `r:id`, without its prefix; `sheetId` is another number.
      const target = tag === 'sheet' ? targets.get(attributes.id ?? '') : undefined;
      // A chart has a sheet of its own, and no rows.
      if (target?.includes('worksheets/')) sheets.push({ name: attributes.name ?? '', part: target });
    },
  });
  return { sheets, from1904, texts: await sharedTexts(archive, name), times: await timeStyles(archive, name) };
}

async function relations(archive: Archive, name: string): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  await readXml(archive.text('xl/_rels/workbook.xml.rels'), name, {
    open(tag, { Id, Target, TargetMode }) {
      if (tag !== 'Relationship' || Id === undefined || Target === undefined || TargetMode === 'External') return;
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : posix.join('xl', Target));
    },
  });
  return targets;
}

async function sharedTexts(archive: Archive, name: string): Promise<readonly string[]> {
  const texts: string[] = [];
  let text = '';
  let length = 0;
  let inText = false;
  let phonetic = false;
  // Programs that write every text into its cell leave this part out.
  if (!archive.parts.has('xl/sharedStrings.xml')) return texts;
  await readXml(archive.text('xl/sharedStrings.xml'), name, {
    open(tag) {
      if (tag === 'si') text = '';
      else if (tag === 'rPh') phonetic = true;
      else if (tag === 't') inText = true;
    },
    text(more) {
      if (!inText || phonetic) return;
      text += more;
      length += more.length;
      if (length > mostText) throw new ProblemError(problem('data-limit', { what: `The text in ${name}`, limit: '128 MiB' }));
    },
    close(tag) {
      if (tag === 'si') texts.push(text);
      else if (tag === 'rPh') phonetic = false;
      else if (tag === 't') inText = false;
    },
  });
  return texts;
}

/** Formats that are built in and show a time. */
const builtIn = (id: number) => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

async function timeStyles(archive: Archive, name: string): Promise<ReadonlySet<number>> {
  const own = new Set<number>();
  const times = new Set<number>();
  let inCells = false;
  let style = 0;
  if (!archive.parts.has('xl/styles.xml')) return times;
  await readXml(archive.text('xl/styles.xml'), name, {
    open(tag, { numFmtId, formatCode }) {
      if (tag === 'numFmt' && isTimeFormat(formatCode ?? '')) own.add(Number(numFmtId));
      else if (tag === 'cellXfs') inCells = true;
      else if (tag === 'xf' && inCells) {
        const id = Number(numFmtId ?? 0);
        if (builtIn(id) || own.has(id)) times.add(style);
        style++;
      }
    },
    close(tag) {
      if (tag === 'cellXfs') inCells = false;
    },
  });
  return times;
}

/** Without what is quoted, escaped or in brackets (a colour, a language), a letter of a date or a time is left. */
function isTimeFormat(code: string): boolean {
  return /[dmyhs]/i.test(code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, ''));
}
