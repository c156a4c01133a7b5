import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { figure } from '../engine/stats.ts';
import { atLeast, atMost, type Part } from './part.ts';

const rounds = 5;
const gigabyte = 1e9;
/** Distinct text; a log repeats it. */
const distinct = 32e6;
const indicatorCount = 1000;
const ruleCount = 10;

interface Measured {
  readonly bytes: number;
  readonly count: number;
  /** Seconds. */
  readonly wall: number;
  readonly cpu: number;
  /** MB. */
  readonly peak: number;
}

/** One log of 1 GB and 1,000 indicators of all types; then 100 MB and 10 Sigma rules. */
export const hunt: Part = async (folder, say) => {
  const random = generator(1);
  const indicators = Array.from({ length: indicatorCount }, (_, index) => indicator(index, random));
  const rules = Array.from({ length: ruleCount }, (_, index) => rule(index));
  const block = text(random, indicators);
  say('writing 1 GB of log');
  await write(join(folder, 'large.log'), block, gigabyte);
  await write(join(folder, 'small.jsonl'), jsonText(random), gigabyte / 10);
  writeFileSync(join(folder, 'large.json'), JSON.stringify({ files: ['large.log'], indicators }));
  writeFileSync(join(folder, 'small.json'), JSON.stringify({ files: ['small.jsonl'], rules }));
  writeFileSync(join(folder, 'read.json'), JSON.stringify({ files: ['large.log'] }));
  const all = { read: [] as Measured[], large: [] as Measured[], small: [] as Measured[] };
  // In turn, so that what else the machine does touches all of them.
  for (let round = 0; round < rounds; round++) {
    for (const name of ['read', 'large', 'small'] as const) all[name].push(await once(folder, name));
    say(`round ${round + 1}: ${all.large.at(-1)?.wall.toFixed(1)} s`);
  }
  const speed = (measured: readonly Measured[], by: 'wall' | 'cpu') => figure(measured.map((one) => one.bytes / 1e6 / one[by]));
  const indicatorsByCpu = speed(all.large, 'cpu');
  const peak = figure(all.large.map((one) => one.peak));
  return {
    figures: {
      bytes: all.large[0]?.bytes ?? 0,
      hits: all.large[0]?.count ?? 0,
      'indicators, MB/s': speed(all.large, 'wall'),
      'indicators, MB per second of processor time': indicatorsByCpu,
      'peak memory, MB': peak,
      'reading alone, MB/s': speed(all.read, 'wall'),
      'reading alone, peak memory, MB': figure(all.read.map((one) => one.peak)),
      'rules over JSON Lines, MB/s': speed(all.small, 'wall'),
      'rules over JSON Lines, MB per second of processor time': speed(all.small, 'cpu'),
    },
    targets: [
      atLeast(`1 GB log, ${indicatorCount} indicators, MB per second of processor time`, indicatorsByCpu.median, 100),
      atMost('its peak memory, MB', peak.median, 250),
    ],
  };
};

/** In a process of its own, whose memory is its alone. */
async function once(folder: string, name: string): Promise<Measured> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'hunt-once.ts'), folder, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  return JSON.parse(output);
}

async function write(path: string, block: Buffer, size: number): Promise<void> {
  const file = await open(path, 'w');
  for (let left = size; left > 0; left -= block.length) await file.write(block, 0, Math.min(left, block.length));
  await file.close();
}

type Random = (below: number) => number;

/** The same numbers each time. */
function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

const hex = (random: Random, length: number) => Array.from({ length }, () => random(16).toString(16)).join('');
const address = (random: Random, first: string) => `${first}.${random(256)}.${random(256)}`;

function indicator(index: number, random: Random): string {
  switch (index % 5) {
    case 0:
      return address(random, '198.51');
    case 1:
      return `${address(random, '203.0')}/30`;
    case 2:
      return `host${index}.evil${random(50)}.example`;
    case 3:
      return `https://files${index}.example/d/${hex(random, 8)}`;
    default:
      return hex(random, 64);
  }
}

const rule = (index: number): string => `title: Rule ${index}
detection:
  selection:
    program|endswith: /tool${index}
    command|contains:
      - --hidden${index}
      - -enc${index}
  filter:
    user: service${index}
  condition: selection and not filter
`;

/** Access log, syslog and JSON in turn; every ten thousandth line holds an indicator. */
function text(random: Random, indicators: readonly string[]): Buffer {
  const lines: string[] = [];
  for (let size = 0; size < distinct; size += lines.at(-1)?.length ?? 0) {
    const place = lines.length;
    if (place % 10_000 === 9999)
      lines.push(`Mar  3 10:00:00 web1 proxy[7]: seen ${indicators[random(indicators.length)]?.replace(/\/30$/, '')} here\n`);
    else if (place % 3 === 0)
      lines.push(
        `${address(random, '192.0')} - - [03/Mar/2026:10:${random(60)}:${random(60)} +0000] "GET /assets/app-${hex(random, 8)}.js?v=1.${random(100)} HTTP/1.1" 200 ${random(1e5)} "https://www.shop.example/cart" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"\n`,
      );
    else if (place % 3 === 1)
      lines.push(
        `Mar  3 10:${random(60)}:${random(60)} web${random(20)} sshd[${random(1e5)}]: Failed password for invalid user u${random(1e4)} from ${address(random, '192.0')} port ${random(65_536)} ssh2\n`,
      );
    else
      lines.push(
        `{"time":"2026-03-03T10:${random(60)}:00.${random(1000)}Z","host":"web-${random(20)}.internal.example","src":"${address(random, '10.0')}","user":"u${random(1e4)}","sha256":"${hex(random, 64)}"}\n`,
      );
  }
  return Buffer.from(lines.join(''));
}

function jsonText(random: Random): Buffer {
  const lines = Array.from(
    { length: 50_000 },
    () =>
      `{"time":"2026-03-03T10:${random(60)}:00Z","program":"/usr/bin/tool${random(30)}","command":"tool --${random(2) ? 'hidden' : 'shown'}${random(30)} ${hex(random, 40)}","user":"service${random(30)}","pid":${random(1e5)}}\n`,
  );
  return Buffer.from(lines.join(''));
}
