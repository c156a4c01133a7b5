import { chartSvg } from './chart.ts';
import { escapeHtml } from './escape.ts';
import type { Report, Section, ShownTable } from './model.ts';
import { style } from './style.ts';

/** The report as one HTML file: no scripts, nothing loaded from anywhere, all texts escaped; a policy in its head says the same to the browser. */
export async function html({ title, summary, made, sections }: Report): Promise<string> {
  const parts: string[] = [];
  for (const section of sections) parts.push(await sectionOf(section));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(title)}</h1><p class="made"><time datetime="${escapeHtml(made)}">${escapeHtml(made)}</time></p>
${summary.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}</header>
${parts.join('\n')}
</main>
</body>
</html>
`;
}

async function sectionOf({ heading, paragraphs, facts, list, table, chart }: Section): Promise<string> {
  return `<section>
${heading === '' ? '' : `<h2>${escapeHtml(heading)}</h2>`}
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${facts.length === 0 ? '' : `<dl>${facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`).join('')}</dl>`}
${list.length === 0 ? '' : `<ul>${list.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`}
${chart && chart.points.length > 0 ? await chartSvg(chart) : ''}
${table && table.columns.length > 0 ? tableOf(table) : ''}
</section>`;
}

function tableOf({ columns, rows, total }: ShownTable): string {
  const kind = columns.map(({ number }) => (number ? ' class="number"' : ''));
  const head = columns.map(({ name }, at) => `<th scope="col"${kind[at]}>${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell, at) => `<td${kind[at]}>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('\n');
  const note = total > rows.length ? `<p class="note">The first ${rows.length} of ${total} rows.</p>` : '';
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>${note}`;
}
