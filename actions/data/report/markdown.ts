import type { Chart, Report, Section, ShownTable } from './model.ts';

/** The report as Markdown (GitHub's). Nothing in a text is read as Markdown or HTML: what has a meaning there is escaped. */
export function markdown({ title, summary, made, sections }: Report): string {
  return `${[`# ${inline(title)}`, `_${made}_`, ...summary.map(inline), ...sections.flatMap(section)].join('\n\n')}\n`;
}

function section({ heading, paragraphs, facts, list, table, chart }: Section): string[] {
  return [
    ...(heading === '' ? [] : [`## ${inline(heading)}`]),
    ...paragraphs.map(inline),
    ...(facts.length === 0 ? [] : [facts.map(([name, value]) => `- **${inline(name)}**: ${inline(value)}`).join('\n')]),
    ...(list.length === 0 ? [] : [list.map((item) => `- ${inline(item)}`).join('\n')]),
    ...(chart && chart.points.length > 0 ? [chartAsTable(chart)] : []),
    ...(table && table.columns.length > 0 ? [tableOf(table)] : []),
  ];
}

function tableOf({ columns, rows, total }: ShownTable): string {
  const lines = [
    columns.map(({ name }) => cell(name)),
    columns.map(({ number }) => (number ? '--:' : '---')),
    ...rows.map((row) => row.map(cell)),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  return total > rows.length ? `${lines.join('\n')}\n\n_The first ${rows.length} of ${total} rows._` : lines.join('\n');
}

/** Bars of characters: a picture would be a file of its own. */
function chartAsTable({ x, y, points }: Chart): string {
  const most = Math.max(...points.map(({ value }) => Math.abs(value)), 1e-300);
  const rows = points.map(({ label, value }) => `| ${cell(label)} | ${value} | ${'█'.repeat(Math.round((Math.abs(value) / most) * 30))} |`);
  return [`| ${cell(x)} | ${cell(y)} | |`, '| --- | --: | --- |', ...rows].join('\n');
}

const cell = (text: string): string => inline(text).replaceAll('|', '\\|');

/** One line, with everything escaped that Markdown or HTML would take for its own. */
function inline(text: string): string {
  return text
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]#~]/g, '\\$&')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}\u200b.`);
}
