import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { fitting } from '../fit.ts';
import { type Block, blocksOf } from './logs/blocks.ts';
import { plainBytes } from './logs/bytes.ts';
import type { LogEvent } from './logs/event.ts';
import { formatOf, type LogFormat, lineReader } from './logs/format.ts';
import { Scanner } from './scan/scanner.ts';
import { within } from './sigma/guard.ts';
import type { SigmaRule } from './sigma/rule.ts';
import type { Wanted } from './wanted.ts';

/** Characters of an excerpt before and behind what was found. */
const before = 80;
const behind = 160;
/** Lines that tell the format of a file. */
const sample = 10;
/** Milliseconds for the rules on a block, which has some 1 MiB: a hundred times what they usually take. */
const usualPatience = 10_000;

/** What was read of one file, also when it broke off. */
export interface Read {
  format: LogFormat;
  /** Unpacked. */
  bytes: number;
  lines: number;
  hits: number;
}

/** Searches files one after another and counts; memory does not grow with them. */
export class Search {
  count = 0;
  readonly hits: Record<string, Json>[] = [];
  readonly #wanted: Wanted;
  readonly #most: number;
  readonly #patience: number;
  readonly #scanner: Scanner;
  /** Of each indicator, then of each rule: how often it was found, and on which line of the file last. */
  readonly #counts: Float64Array;
  readonly #lastLine: Float64Array;
  #room = 200 * 1024;
  #trying: SigmaRule | undefined;
  #block: { block: Block; file: string; host: string; hits: { line: number; hit: Record<string, Json> }[] } | undefined;

  constructor(wanted: Wanted, most: number, patience = usualPatience) {
    this.#patience = patience;
    this.#wanted = wanted;
    this.#most = most;
    this.#counts = new Float64Array(wanted.indicators.length + wanted.rules.length);
    this.#lastLine = new Float64Array(wanted.indicators.length);
    this.#scanner = new Scanner(wanted.indicators, (id, start) => this.#found(id, this.#scanner.line, this.#scanner.lineStart, start));
  }

  async file(host: string, file: string, source: AsyncIterable<Buffer>, format: LogFormat | 'auto', read: Read): Promise<void> {
    const { rules } = this.#wanted;
    const before = this.count;
    this.#lastLine.fill(-1);
    let lines: ((line: string) => LogEvent | undefined) | undefined;
    let lineOffset = 0;
    for await (const block of blocksOf(plainBytes(source))) {
      if (!lines) {
        read.format = format === 'auto' ? formatOf(firstLines(block)) : format;
        lines = lineReader(read.format);
      }
      this.#block = { block, file, host, hits: [] };
      // Behind a cut the line began before the block.
      this.#scanner.line = read.lines;
      this.#scanner.lineStart = lineOffset - block.offset;
      this.#scanner.scan(block.buffer, block.from, block.to);
      if (rules.length > 0) this.#guarded(block, read.lines, lineOffset - block.offset, lines, rules);
      read.lines = this.#scanner.line;
      lineOffset = block.offset + this.#scanner.lineStart;
      read.bytes = block.offset + block.to - (block.ended ? 1 : 0);
      read.hits = this.count - before;
      for (const { hit } of this.#block.hits.sort((a, b) => a.line - b.line)) this.#keep(hit);
    }
  }

  #guarded(block: Block, line: number, lineStart: number, read: (line: string) => LogEvent | undefined, rules: readonly SigmaRule[]): void {
    if (within(this.#patience, () => this.#events(block, line, lineStart, read, rules))) return;
    throw new ProblemError(problem('sigma-slow', { rule: this.#trying?.title ?? '', seconds: this.#patience / 1000 }));
  }

  #events(block: Block, line: number, lineStart: number, read: (line: string) => LogEvent | undefined, rules: readonly SigmaRule[]): void {
    const { buffer, to } = block;
    let start = lineStart;
    for (let at = block.from, number = line; at < to; number++) {
      const found = buffer.indexOf(0x0a, at);
      const end = found < 0 || found >= to ? to : found;
      const text = buffer.toString('utf8', at, end > at && buffer[end - 1] === 0x0d ? end - 1 : end);
      const from = at;
      at = end + 1;
      const mayFit = mayFitIn(text);
      // A table's first line names its fields, whatever it holds. The others are only read into fields for a rule that may fit.
      let event = number === 0 ? read(text) : undefined;
      for (const [index, rule] of rules.entries()) {
        if (!mayFit(rule)) continue;
        this.#trying = rule;
        if (number > 0) event ??= read(text);
        if (event && rule.fits(event)) this.#found(this.#wanted.indicators.length + index, number, start, from);
      }
      start = at;
    }
  }

  #found(id: number, line: number, lineStart: number, start: number): void {
    if (id < this.#lastLine.length) {
      if (this.#lastLine[id] === line) return;
      this.#lastLine[id] = line;
    }
    this.count++;
    this.#counts[id] = (this.#counts[id] ?? 0) + 1;
    if (!this.#block || this.hits.length >= this.#most || this.#room <= 0 || this.#block.hits.length >= 2 * this.#most) return;
    const { block, file, host, hits } = this.#block;
    const indicator = this.#wanted.indicators[id];
    const rule = this.#wanted.rules[id - this.#wanted.indicators.length];
    const hit: Record<string, Json> = {
      host,
      file,
      line: line + 1,
      offset: block.offset + lineStart,
      ...(indicator && { indicator: indicator.value, type: indicator.type, technique: [] }),
      ...(rule && { rule: rule.title, type: 'rule', level: rule.level ?? null, technique: [...rule.techniques] }),
      excerpt: excerpt(block, Math.max(0, lineStart), start),
    };
    hits.push({ line, hit });
  }

  #keep(hit: Record<string, Json>): void {
    if (this.hits.length >= this.#most || fitting([hit], this.#room).length === 0) {
      this.#room = this.hits.length >= this.#most ? this.#room : 0;
      return;
    }
    this.#room -= Buffer.byteLength(JSON.stringify(hit)) + 1;
    this.hits.push(hit);
  }

  /** The most frequent first. */
  matched(): { kind: string; name: string; count: number; techniques: string[] }[] {
    const { indicators, rules } = this.#wanted;
    const all = [
      ...indicators.map(({ value }, index) => ({ kind: 'indicator', name: value, count: this.#counts[index] ?? 0, techniques: [] })),
      ...rules.map(({ title, techniques }, index) => ({
        kind: 'rule',
        name: title,
        count: this.#counts[indicators.length + index] ?? 0,
        techniques: [...techniques],
      })),
    ];
    return all.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  }
}

/** Whether a rule may fit a line, by the texts that it needs. Where something is escaped, it may stand for anything. */
function mayFitIn(line: string): (rule: SigmaRule) => boolean {
  const lower = line.toLowerCase();
  const escaped = lower.includes('\\u00');
  return ({ needs }) => needs === undefined || escaped || needs.some((text) => lower.includes(text));
}

function firstLines({ buffer, from, to }: Block): string[] {
  return buffer
    .toString('utf8', from, Math.min(to, from + 65_536))
    .split(/\r?\n/)
    .slice(0, sample);
}

/** One line, without what a terminal or a page would take for more than text. */
function excerpt({ buffer, to }: Block, lineStart: number, start: number): string {
  const found = buffer.indexOf(0x0a, start);
  const lineEnd = found < 0 ? to : Math.min(found, to);
  const from = Math.max(lineStart, start - before);
  const end = Math.min(lineEnd, start + behind);
  const text = buffer
    .toString('utf8', from, end)
    .replace(/^\ufffd+|\ufffd+$/g, '')
    .replace(/\p{C}+/gu, ' ')
    .trim();
  return `${from > lineStart ? '…' : ''}${text}${end < lineEnd ? '…' : ''}`;
}
