import type { Json } from '../../../runbook/core/json.ts';
import type { Clause } from '../clauses.ts';
import { valuesOf } from '../entities.ts';
import type { Around, Phrase, Slot } from '../phrase.ts';
import { filesIn, shown, words } from '../slots.ts';

const tables = /\.(?:csv|tsv|jsonl?|ndjson|xlsx)$/i;
const named = ({ entities }: Clause, pattern: RegExp = tables): string[] =>
  valuesOf(entities, 'file', 'quoted').filter((name) => pattern.test(name));

/** Actions whose output `table` the next one goes on with. */
const givesTable = /^data\/(?:csv_import|json_import|excel_import|enrich|transform|classify)$/;
const before = ({ before: actions }: Around): string | undefined => {
  const last = actions.findLast(({ uses }) => givesTable.test(uses));
  return last && `\${{ steps.${last.id}.outputs.table }}`;
};

/** The table of the step before, else the first file that is named, which needs no import. */
const table: Slot = {
  parameter: 'table',
  find: (clause, around) => before(around) ?? named(clause)[0] ?? around.known.files.find((name) => tables.test(name)),
  ask: {
    question: 'Which table? Name a CSV or JSON file.',
    options: ({ known }) => known.files.slice(0, 4),
    read: (answer) => filesIn(answer)[0],
  },
};
const path = (question: string, pattern?: RegExp): Slot => ({
  parameter: 'path',
  find: (clause) => named(clause, pattern ?? /[./]/).at(-1),
  ask: { question, read: (answer) => filesIn(answer)[0] },
});
const source = (pattern: RegExp): Slot => ({
  parameter: 'path',
  find: (clause, { known }) => named(clause, pattern)[0] ?? known.files.find((name) => pattern.test(name)),
  ask: {
    question: 'Which file should be imported?',
    options: ({ known }) => known.files.slice(0, 4),
    read: (answer) => filesIn(answer)[0],
  },
});

const takeIn = '\\b(?:import|load|read|ingest|parse|open|take)\\b';
const putOut = '\\b(?:export|save|write|store|dump|convert)\\b';

/** Tables: in, looked at, changed, out. */
export const data: readonly Phrase[] = [
  {
    uses: 'data/csv_import',
    says: new RegExp(`${takeIn}.*(?:\\.[ct]sv\\b|\\bcsv\\b)`, 'i'),
    slots: [source(/\.[ct]sv$/i)],
    summary: ({ path: file }) => `Import ${shown(file) ?? 'a CSV file'}`,
  },
  {
    uses: 'data/json_import',
    says: new RegExp(`${takeIn}.*(?:\\.(?:jsonl?|ndjson)\\b|\\bjson\\b)`, 'i'),
    unless: /\bschema\b/i,
    slots: [source(/\.(?:jsonl?|ndjson)$/i)],
    summary: ({ path: file }) => `Import ${shown(file) ?? 'a JSON file'}`,
  },
  {
    uses: 'data/excel_import',
    says: new RegExp(`${takeIn}.*(?:\\.xlsx\\b|\\bexcel\\b|\\bspreadsheet\\b)`, 'i'),
    slots: [
      source(/\.xlsx$/i),
      words('sheet', /\bsheet\s+(?:called\s+|named\s+)?["'`]?([\w-]+)/i, (text) => (/^\d+$/.test(text) ? Number(text) : text)),
    ],
    summary: ({ path: file, sheet }) => `Import ${shown(file) ?? 'an Excel file'}${sheet === undefined ? '' : `, sheet ${shown(sheet)}`}`,
  },
  {
    uses: 'data/report_export',
    says: /\b(?:report|summary page)\b.*(?:\.(?:html?|md)\b|\bhtml\b|\bmarkdown\b)|\b(?:write|create|make|generate|export|produce|build)\b.*\breport\b/i,
    slots: [
      path('Which file should the report be written to, such as report.html?', /\.(?:html?|md)$/i),
      {
        parameter: 'title',
        find: ({ text }, { known }) => /\b(?:called|titled|named)\s+["“'`]?([^"”'`,.]{2,100})/i.exec(text)?.[1] ?? known.title ?? 'Report',
      },
      {
        parameter: 'sections',
        find: (clause, around) => sections(clause, around),
        ask: {
          question: 'Which table should the report show? Name a CSV or JSON file.',
          read: (answer) => (filesIn(answer)[0] === undefined ? undefined : [{ heading: 'Rows', table: filesIn(answer)[0] ?? '' }]),
        },
      },
    ],
    summary: ({ path: file }) => `Write the report ${shown(file) ?? ''}`.trim(),
  },
  {
    uses: 'data/csv_export',
    says: new RegExp(`${putOut}.*\\b(?:to|as|into|in)\\s+(?:an?\\s+|the\\s+)?(?:file\\s+)?(?:\\S*\\.[ct]sv\\b|csv\\b)`, 'i'),
    slots: [
      { ...table, find: (clause, around) => before(around) ?? (named(clause).length > 1 ? named(clause)[0] : undefined) },
      path('Which file should be written?', /\.[ct]sv$/i),
    ],
    summary: ({ path: file }) => `Write ${shown(file) ?? 'a CSV file'}`,
  },
  {
    uses: 'data/json_export',
    says: new RegExp(`${putOut}.*\\b(?:to|as|into|in)\\s+(?:an?\\s+|the\\s+)?(?:file\\s+)?(?:\\S*\\.(?:jsonl?|ndjson)\\b|json\\b)`, 'i'),
    slots: [
      { ...table, find: (clause, around) => before(around) ?? (named(clause).length > 1 ? named(clause)[0] : undefined) },
      path('Which file should be written?', /\.(?:jsonl?|ndjson)$/i),
    ],
    summary: ({ path: file }) => `Write ${shown(file) ?? 'a JSON file'}`,
  },
  {
    uses: 'data/schema_validate',
    says: /\b(?:validate|check|verify)\b.*\bschema\b/i,
    slots: [
      table,
      {
        parameter: 'schema',
        find: (clause) => named(clause, /schema[\w.-]*\.json$/i)[0] ?? named(clause, /\.json$/i).at(-1),
        ask: { question: 'Which JSON Schema file?', read: (answer) => filesIn(answer)[0] },
      },
    ],
    summary: ({ table: rows, schema }) => `Check ${tableWords(rows)} against ${shown(schema) ?? 'a schema'}`,
  },
  {
    uses: 'data/enrich',
    says: /\b(?:enrich|join|augment|annotate|combine|merge|match)\b/i,
    unless:
      /\b(?:att&?ck|mitre)\b|\b(?:ip|address|domain|hash|url|indicators?|iocs?)\b(?!.*\.(?:csv|tsv|jsonl?|xlsx)\b).*\b(?:threat[\s-]*intel\w*|reputation|virus ?total)\b/i,
    slots: [
      table,
      words(
        'on',
        /\b(?:on|by)\s+(?:the\s+)?(?:column\s+)?["'`]?([\w-]+)["'`]?(?:\s+column)?\s*(?:$|[,.]|\s+(?:with|using|from|and|against))/i,
        undefined,
        {
          question: 'By which column should the rows be looked up?',
          read: (answer) => /^["'`]?([\w .-]{1,100}?)["'`]?$/.exec(answer.trim())?.[1],
        },
      ),
      {
        parameter: 'with',
        find: (clause, around) => (before(around) === undefined ? named(clause)[1] : named(clause)[0]),
        ask: {
          question: 'With which file? Name a CSV, JSON or list file.',
          options: ({ known }) => known.files.slice(0, 4),
          read: (answer) => filesIn(answer)[0],
        },
      },
    ],
    summary: ({ table: rows, with: other, on }) =>
      `Enrich ${tableWords(rows)}${other === undefined ? '' : ` with ${shown(other)}`}${on === undefined ? '' : ` by ${shown(on)}`}`,
  },
  {
    uses: 'data/analyze_patterns',
    says: /\b(?:find|detect|look for|spot|search for|identify|analy[sz]e)\b.*\b(?:outliers?|anomal(?:y|ies)|bursts?|spikes?|trends?|patterns?|unusual)\b/i,
    slots: [table, words('time', /\b(?:time|date)\s+column\s+(?:is\s+)?["'`]?([\w-]+)/i)],
    summary: ({ table: rows }) => `Look for outliers, trends and bursts in ${tableWords(rows)}`,
  },
  {
    uses: 'data/analyze_stats',
    says: /\b(?:statistics?|stats|correlat\w+|descriptive|averages?|means?|medians?|distribution)\b|\b(?:summari[sz]e|describe|profile)\b.*\.(?:[ct]sv|jsonl?|ndjson|xlsx)\b/i,
    slots: [table],
    summary: ({ table: rows }) => `Describe ${tableWords(rows)} by its statistics`,
  },
  {
    uses: 'data/quality',
    says: /\b(?:check|assess|measure|verify|evaluate|test|report|profile)\b.*\b(?:quality|completeness|duplicates?|missing values|consistency|validity)\b|\bdata quality\b/i,
    slots: [table],
    summary: ({ table: rows }) => `Measure the quality of ${tableWords(rows)}`,
  },
  {
    uses: 'data/transform',
    says: /\b(?:keep|filter|select|take)\b.*\b(?:rows?|only)\b.*\bwhere\b/i,
    slots: [
      table,
      words('where', /\bwhere\s+["`]?(.+?)["`]?\s*$/i, (text) => (/[=<>(]/.test(text) ? text : undefined), {
        question: "Which rows? Give an expression such as row.action == 'deny'.",
        read: (answer) => (/[=<>(]/.test(answer) ? answer.trim() : undefined),
      }),
    ],
    summary: ({ where }) => `Keep the rows${where === undefined ? '' : ` where ${shown(where)}`}`,
  },
];

const tableWords = (rows: Json | undefined): string =>
  rows === undefined ? 'a table' : String(rows).includes('${{') ? 'the rows' : String(rows);

/** What a report shows of the steps before it. */
function sections(clause: Clause, around: Around): Json | undefined {
  const found: Json[] = [];
  for (const { uses, id } of around.before) {
    // Rows are counted over time only where a column says when they were.
    if (uses === 'data/analyze_patterns') found.push({ heading: 'Outliers', table: `\${{ steps.${id}.outputs.table }}`, limit: 20 });
    if (uses === 'data/quality')
      found.push({ heading: 'Quality', facts: { score: `\${{ steps.${id}.outputs.score }}`, rows: `\${{ steps.${id}.outputs.rows }}` } });
    if (uses === 'data/enrich')
      found.push({
        heading: 'Matches',
        facts: { matched: `\${{ steps.${id}.outputs.matched }}`, unmatched: `\${{ steps.${id}.outputs.unmatched }}` },
      });
  }
  const rows = before(around) ?? named(clause)[0];
  if (rows !== undefined) found.push({ heading: 'Rows', table: rows, limit: 50 });
  return found.length === 0 ? undefined : found;
}
