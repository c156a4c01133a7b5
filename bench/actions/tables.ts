// A million rows imported, measured, compared with 10,000 indicators and exported, by one run in one engine.
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Daemon, startDaemon } from '../engine/daemon.ts';
import { round } from '../engine/stats.ts';
import { atMost, type Part } from './part.ts';

const rows = 1_000_000;
const indicators = 10_000;

const runbook = `runbook: v1
name: A million rows
steps:
  - { id: import, uses: data/csv_import, with: { path: events.csv } }
  - id: quality
    uses: data/quality
    with:
      table: \${{ steps.import.outputs.table }}
      required: [id, time, source]
      columns: { source: { type: address }, port: { type: integer, min: 0, max: 65535 }, action: { in: [allow, deny] } }
      minimum: 99
  - id: enrich
    uses: data/enrich
    with: { table: "\${{ steps.import.outputs.table }}", on: source, with: indicators.csv, key: indicator, match: address, prefix: threat_ }
  - { id: export, uses: data/csv_export, with: { table: "\${{ steps.enrich.outputs.table }}", path: enriched.csv } }
outputs:
  rows: \${{ steps.export.outputs.rows }}
  matched: \${{ steps.enrich.outputs.matched }}
`;

export const tables: Part = async (folder, say) => {
  const place = join(folder, 'tables');
  mkdirSync(place, { recursive: true });
  say('a million rows');
  await writeEvents(join(place, 'events.csv'));
  writeFileSync(
    join(place, 'indicators.csv'),
    `indicator,kind,score\n${Array.from({ length: indicators }, (_, at) => `${at % 10 === 0 ? `198.${20 + (at % 200)}.${at >> 8}.0/28` : `198.51.${at & 255}.${at >> 8}`},${at % 3 ? 'scanner' : 'botnet'},${at % 100}\n`).join('')}`,
  );
  writeFileSync(join(place, 'million.runbook.yaml'), runbook);
  await using daemon = await startDaemon(join(folder, 'tables-state'));
  const pauses = watchPauses(daemon);
  const from = performance.now();
  const { id } = await daemon.client.start({ file: join(place, 'million.runbook.yaml'), trustOnce: true });
  const ended = await end(daemon, id);
  const seconds = round((performance.now() - from) / 1000);
  const longestPauseMs = round(await pauses.stop());
  if (ended.status !== 'completed' || ended.outputs?.rows !== rows)
    throw new Error(`The run ended ${ended.status}: ${JSON.stringify(ended.errors)}`);
  const peakMB = round(peak(daemon.pid) / 1e6);
  return {
    figures: {
      rows,
      indicators,
      bytes: statSync(join(place, 'events.csv')).size,
      matched: Number(ended.outputs.matched),
      'all four steps, s': seconds,
      ...Object.fromEntries(ended.steps.map((step) => [`${step.id}, s`, round((step.durationMs ?? 0) / 1000)])),
      'peak memory of the engine, MB': peakMB,
      'longest answer of the engine, ms': longestPauseMs,
    },
    targets: [
      atMost('a million rows imported, measured, enriched, exported, s', seconds, 60),
      atMost('memory of the engine meanwhile, MB', peakMB, 600),
      atMost('longest answer of the engine meanwhile, ms', longestPauseMs, 250),
    ],
  };
};

async function writeEvents(path: string): Promise<void> {
  const out = createWriteStream(path);
  out.write('id,time,source,destination,port,bytes,action,user,note\n');
  // The same numbers each time.
  let state = 42;
  const next = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let at = 0; at < rows; ) {
    let text = '';
    for (const end = Math.min(rows, at + 10_000); at < end; at++) {
      const time = new Date(1_760_000_000_000 + at * 1000).toISOString();
      text += `${at},${time},198.51.${next(256)}.${next(256)},203.0.113.${next(256)},${next(65536)},${next(1e6)},${next(4) ? 'allow' : 'deny'},user${next(5000)},"row, with ""quotes"" ${next(1000)}"\n`;
    }
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}

/** Asks the engine for its health every few milliseconds; the longest answer is the longest that anybody waited. */
function watchPauses(daemon: Daemon) {
  let on = true;
  let longest = 0;
  const loop = (async () => {
    while (on) {
      const from = performance.now();
      await daemon.client.policy();
      longest = Math.max(longest, performance.now() - from);
      await sleep(20);
    }
  })();
  return {
    async stop(): Promise<number> {
      on = false;
      await loop;
      return longest;
    },
  };
}

async function end(daemon: Daemon, run: string) {
  for (;;) {
    const detail = await daemon.client.show(run);
    if (['completed', 'failed', 'cancelled', 'rejected', 'paused', 'waiting_approval'].includes(detail.status)) return detail;
    await sleep(100);
  }
}

/** Bytes; the most that the process ever had. Linux alone tells. */
function peak(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
