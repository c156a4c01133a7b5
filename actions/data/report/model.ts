import type { ActionContext } from '../../../engine/connectors/action.ts';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { isObject, listOf, numberOf, objectOf, textOf, textsOf } from '../action.ts';
import { numberIn } from '../stats/numbers.ts';
import { cellText } from '../table/columns.ts';
import { selection } from '../table/select.ts';
import { columnAt, openTable } from '../table/table.ts';

/** A report, with the data it shows already read: what writes it only writes. All texts are data. */
export interface Report {
  readonly title: string;
  readonly summary: readonly string[];
  /** When it was made, ISO 8601. */
  readonly made: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly (readonly [string, string])[];
  readonly list: readonly string[];
  readonly table: ShownTable | undefined;
  readonly chart: Chart | undefined;
}

export interface ShownTable {
  readonly columns: readonly { readonly name: string; readonly number: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** Of the whole table. */
  readonly total: number;
}

export interface Chart {
  readonly kind: 'bar' | 'line';
  readonly x: string;
  readonly y: string;
  readonly points: readonly { readonly label: string; readonly value: number }[];
}

const mostRows = 1000;
/** What can be told apart in a chart. */
const mostPoints = { bar: 30, line: 500 } as const;

/** Reads what the sections show. Throws as openTable does, and `data-column`. */
export async function readReport(input: Readonly<Record<string, Json>>, context: ActionContext, made: string): Promise<Report> {
  const sections: Section[] = [];
  for (const item of listOf(input.sections)) sections.push(await readSection(objectOf(item), context));
  return { title: textOf(input.title), summary: paragraphs(input.summary), made, sections };
}

async function readSection(section: JsonObject, context: ActionContext): Promise<Section> {
  const chart = isObject(section.chart) ? section.chart : undefined;
  return {
    heading: textOf(section.heading),
    paragraphs: paragraphs(section.text),
    facts: Object.entries(objectOf(section.facts)).map(([name, value]) => [name, cellText(value)] as const),
    list: listOf(section.list).map((value) =>
      isObject(value)
        ? Object.entries(value)
            .map(([name, part]) => `${name}: ${cellText(part)}`)
            .join(', ')
        : cellText(value),
    ),
    table: section.table === undefined ? undefined : await readTable(section, context),
    chart: chart && (await readChart(chart, context)),
  };
}

async function readTable(section: JsonObject, context: ActionContext): Promise<ShownTable> {
  const table = await openTable(section.table, context);
  const { columns, pick } = selection(table, section.columns);
  const limit = Math.min(mostRows, numberOf(section.limit, 50));
  const rows: string[][] = [];
  for await (const block of table.blocks()) {
    for (const row of block.slice(0, limit - rows.length)) {
      const cells = pick(row);
      rows.push(columns.map((_, at) => cellText(cells[at])));
    }
    if (rows.length >= limit) break;
  }
  return { columns: columns.map(({ name, type }) => ({ name, number: type === 'number' })), rows, total: table.rows };
}

async function readChart(chart: JsonObject, context: ActionContext): Promise<Chart> {
  const table = await openTable(chart.table, context);
  const [x, y] = [textOf(chart.x), textOf(chart.y)];
  const [xAt, yAt] = [columnAt(table, x), columnAt(table, y)];
  const kind = chart.kind === 'line' ? 'line' : 'bar';
  const points: { label: string; value: number }[] = [];
  read: for await (const block of table.blocks()) {
    for (const row of block) {
      const value = numberIn(row[yAt], table.columns[yAt]?.type ?? 'any');
      if (Number.isFinite(value)) points.push({ label: cellText(row[xAt]), value });
      if (points.length >= mostPoints[kind]) break read;
    }
  }
  return { kind, x, y, points };
}

const paragraphs = (value: Json | undefined): readonly string[] =>
  (Array.isArray(value) ? textsOf(value) : [textOf(value)])
    .flatMap((text) => text.split(/\n\s*\n/))
    .map((text) => text.trim())
    .filter((text) => text !== '');
