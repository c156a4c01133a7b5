import { escapeHtml } from './escape.ts';
import type { Chart } from './model.ts';

const width = 720;
const left = 56;
const right = 12;
const top = 10;

/** A chart as SVG inside HTML; for those who cannot see it, its numbers are in its title and its marks. */
export async function chartSvg(chart: Chart): Promise<string> {
  const drawn = chart.kind === 'bar' ? await bars(chart) : await lines(chart);
  return `<figure><svg viewBox="0 0 ${width} ${drawn.height}" role="img" aria-label="${escapeHtml(`${chart.y} by ${chart.x}`)}">${drawn.marks}</svg><figcaption>${escapeHtml(`${chart.y} by ${chart.x}`)}</figcaption></figure>`;
}

/** Lying, so that long names can be read. */
async function bars({ points }: Chart): Promise<{ height: number; marks: string }> {
  const { scaleBand, scaleLinear } = await import('d3-scale');
  const names = 180;
  const height = points.length * 22 + 34;
  const values = points.map(({ value }) => value);
  const x = scaleLinear([Math.min(0, ...values), Math.max(0, ...values)], [names, width - 60]).nice(5);
  // By number: two may have one name.
  const y = scaleBand(
    points.map((_, at) => at),
    [top, height - 24],
  ).padding(0.25);
  const marks = x
    .ticks(5)
    .map(
      (tick) =>
        `<line class="axis" x1="${n(x(tick))}" x2="${n(x(tick))}" y1="${top}" y2="${height - 22}"/><text x="${n(x(tick))}" y="${height - 8}" text-anchor="middle">${tick}</text>`,
    );
  for (const [at, { label, value }] of points.entries()) {
    const place = y(at) ?? 0;
    const middle = n(place + y.bandwidth() / 2 + 4);
    const from = Math.min(x(0), x(value));
    marks.push(
      `<text x="${names - 8}" y="${middle}" text-anchor="end">${escapeHtml(short(label, 26))}</text><rect class="bar" x="${n(from)}" y="${n(place)}" width="${n(Math.abs(x(value) - x(0)))}" height="${n(y.bandwidth())}"><title>${escapeHtml(`${label}: ${value}`)}</title></rect><text x="${n(Math.max(x(0), x(value)) + 5)}" y="${middle}">${value}</text>`,
    );
  }
  return { height, marks: marks.join('') };
}

async function lines({ points }: Chart): Promise<{ height: number; marks: string }> {
  const [{ scaleLinear }, { line }] = await Promise.all([import('d3-scale'), import('d3-shape')]);
  const height = 260;
  const values = points.map(({ value }) => value);
  const x = scaleLinear([0, Math.max(1, points.length - 1)], [left, width - right]);
  const y = scaleLinear([Math.min(0, ...values), Math.max(0, ...values)], [height - 34, top]).nice(5);
  const marks = y
    .ticks(5)
    .map(
      (tick) =>
        `<line class="axis" x1="${left}" x2="${width - right}" y1="${n(y(tick))}" y2="${n(y(tick))}"/><text x="${left - 6}" y="${n(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
    );
  const named = [0, Math.floor((points.length - 1) / 2), points.length - 1].filter((at, index, all) => all.indexOf(at) === index);
  for (const at of named) {
    const anchor = at === 0 ? 'start' : at === points.length - 1 ? 'end' : 'middle';
    marks.push(`<text x="${n(x(at))}" y="${height - 10}" text-anchor="${anchor}">${escapeHtml(short(points[at]?.label ?? '', 24))}</text>`);
  }
  const path =
    line<{ value: number }>(
      (_, at) => x(at),
      ({ value }) => y(value),
    )([...points]) ?? '';
  return { height, marks: `${marks.join('')}<path class="line" d="${escapeHtml(path)}"/>` };
}

const n = (value: number): string => value.toFixed(1);
const short = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
