// The results as JSON and as a section of docs/benchmarks.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { contenders, project } from './contenders.ts';
import type { Own } from './own.ts';
import type { Measured } from './scenario.ts';
import type { Times } from './statistics.ts';

export interface Report {
  readonly date: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly servers: readonly Measured[];
  readonly own: readonly Own[];
  /** Median at 2,000 steps over that at 200. */
  readonly growth: Readonly<Record<string, number>>;
}

/** Asked of this server: milliseconds at each size, and times of growth. */
const asked = { keystroke: [3, 5, 9], completion: [3, 3, 3], hover: [3, 3, 3], open: 400, near: 50, growth: 2 } as const;

export const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  system: `${process.platform} ${release()}`,
  node: process.versions.node,
  loadAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});

export function summary(servers: readonly Measured[], own: readonly Own[], at: { machine: Report['machine']; date: string }): Report {
  const growth: Record<string, number> = {};
  for (const { name } of contenders) {
    const [small, large] = [200, 2_000].map((steps) => servers.find((one) => one.server === name && one.steps === steps)?.keystroke.median);
    if (small && large) growth[name] = Math.round((large / small) * 100) / 100;
  }
  const versions = Object.fromEntries(contenders.map(({ name, version }) => [name, version]));
  return { ...at, versions, servers, own, growth };
}

export function write(report: Report): void {
  mkdirSync(join(project, 'bench/results'), { recursive: true });
  writeFileSync(join(project, 'bench/results/lsp.json'), `${JSON.stringify(report, null, 2)}\n`);
  const path = join(project, 'docs/benchmarks.md');
  const [begin, end] = ['<!-- npm run bench -- lsp writes what follows -->', '<!-- and ends here -->'];
  const page = readFileSync(path, 'utf8');
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/benchmarks.md has lost the line ${begin} or ${end}`);
  writeFileSync(path, `${before}${begin}\n\n${markdown(report)}\n${end}${after}`);
}

const number = (value: number) => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US'));
const cell = ({ median, p95 }: Times) => `${number(median)} (${number(p95)})`;
const megabytes = (bytes: number) => String(Math.round(bytes / 1024 / 1024));
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(row)].join('\n');

export function markdown({ date, machine, versions, servers, own, growth }: Report): string {
  const sizes = [...new Set(servers.map(({ steps }) => steps))];
  const lines = (steps: number) => `${(servers.find((one) => one.steps === steps)?.lines ?? 0).toLocaleString('en-US')} lines`;
  const names = Object.keys(versions);
  const of = (server: string, steps: number) => servers.find((one) => one.server === server && one.steps === steps);
  const compare = (title: string, show: (measured: Measured) => string, wanted?: readonly string[]) =>
    [
      `**${title}**\n`,
      table(
        ['', ...sizes.map(lines)],
        [
          ...names.map((name) => [
            name,
            ...sizes.map((steps) => {
              const measured = of(name, steps);
              return measured ? show(measured) : '';
            }),
          ]),
          ...(wanted ? [['*asked of runwright*', ...wanted]] : []),
        ],
      ),
    ].join('\n');
  const most = (limits: readonly number[]) => limits.map((limit) => `≤ ${limit}`);
  const below = sizes.map((steps) => {
    const others = names.filter((name) => name !== 'runwright').map((name) => of(name, steps)?.memory ?? Number.POSITIVE_INFINITY);
    return `< ${megabytes(Math.min(...others))}`;
  });
  const single = (title: string, pick: (one: Own) => Times, wanted = '') => [title, ...own.map((one) => cell(pick(one))), wanted];
  return `${[
    `Measured ${date.slice(0, 10)} on ${machine.cpu}, ${machine.cores} cores, ${megabytes(Number(machine.memoryBytes))} MB, ${machine.system}, Node ${machine.node}; load at the start ${machine.loadAtStart}. ${names.map((name) => `${name} ${versions[name]}`).join(', ')}. Times are milliseconds: the median, and in brackets what 95 of 100 stay below.`,
    compare('Keystroke → all problems of the new text', ({ keystroke }) => cell(keystroke), most(asked.keystroke)),
    `The time at 2,000 steps over that at 200: ${names.map((name) => `${name} ${growth[name]?.toFixed(1)}`).join(', ')} (asked of runwright: under ${asked.growth}).`,
    compare('Open → all problems, in a process that has worked', ({ open }) => cell(open), ['', '', `≤ ${asked.open}`]),
    compare('Open → all problems, the first document of a new process', ({ openFirst }) => cell(openFirst)),
    compare('Completion', ({ completion }) => cell(completion), most(asked.completion)),
    compare('Completion at once after a keystroke', ({ completionAfterKey }) => cell(completionAfterKey)),
    compare('Hover', ({ hover }) => cell(hover), most(asked.hover)),
    compare("Memory of the server's process after this work, MB", ({ memory }) => megabytes(memory), below),
    '**runwright alone**\n',
    table(
      ['', ...own.map(({ steps }) => lines(steps)), 'asked'],
      [
        single('key at the top → all problems', ({ top }) => top),
        single('key in the middle', ({ middle }) => middle),
        single('key at the end', ({ end }) => end),
        single('key in the middle, problems asked for (as VS Code does)', ({ pull }) => pull),
        single('quote opened in the middle → first problems of it', ({ quote }) => quote),
        single('quote taken back → all problems', ({ quoteBack }) => quoteBack),
        single('open → a problem of the first 100 lines', ({ near }) => near, `≤ ${asked.near}`),
        single('the same, first document of a new process', ({ nearFirst }) => nearFirst),
        single('open → all problems', ({ open }) => open, `≤ ${asked.open}`),
      ],
    ),
  ]
    .join('\n\n')
    .replaceAll('**\n\n\n|', '**\n\n|')}\n`;
}
