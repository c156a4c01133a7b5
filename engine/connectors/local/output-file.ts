import { closeSync, constants, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { longestOutput } from '../output-limit.ts';

/** More than this of the file is not looked at. */
const longestFile = 4 * 1024 * 1024;
/** Each mask makes the redactor a little slower to build. */
const mostMasks = 500;
/** A mask of a character or two would hide the output itself. */
const shortestMask = 3;
const mostComplaints = 10;
/** What every script has anyway. */
const reserved = new Set(['stdout', 'stderr', 'exit-code', 'too-large']);

/**
 * `$RUNWRIGHT_OUTPUT`: lines `name=value`, or `name<<END`, lines, `END`. `add-mask` is no output but a secret to hide from then on.
 * `poll` is called before each piece of the script's output is shown, so that a value masked before it was printed is hidden;
 * what was printed before its mask was written is not taken back.
 */
export function openOutputFile(path: string, addMask: (value: string) => void) {
  let offset = 0;
  let partial = Buffer.alloc(0);
  let line = 0;
  let block: { readonly name: string; readonly end: string; readonly lines: string[] } | undefined;
  const values = new Map<string, string>();
  const complaints: string[] = [];
  closeSync(openSync(path, 'w', 0o600));

  const masks = new Set<string>();
  const mask = (value: string) => {
    if (value.trim().length < shortestMask) complaints.push(`line ${line}: a mask needs ${shortestMask} characters`);
    else if (!masks.has(value) && masks.size >= mostMasks) complaints.push(`line ${line}: more than ${mostMasks} masks`);
    else if (masks.add(value)) addMask(value);
  };
  const take = (name: string, value: string) => {
    if (name === 'add-mask') {
      mask(value);
    } else if (reserved.has(name)) {
      complaints.push(`line ${line}: the name ${name} is reserved`);
    } else {
      values.set(name, value);
    }
  };
  const readLine = (text: string) => {
    line++;
    if (block) {
      if (text !== block.end) block.lines.push(text);
      else {
        take(block.name, block.lines.join('\n'));
        block = undefined;
      }
      return;
    }
    if (text.trim() === '') return;
    const [, name, operator, rest = ''] = /^([A-Za-z_][\w-]*)(=|<<)(.*)$/s.exec(text) ?? [];
    if (name === undefined) complaints.push(`line ${line} is not NAME=VALUE`);
    else if (operator === '=') take(name, rest);
    else if (rest.trim() === '') complaints.push(`line ${line}: a word that ends the value must follow <<`);
    else block = { name, end: rest, lines: [] };
  };
  const readMore = (last: boolean) => {
    const added = readFrom(path, offset, longestFile - offset);
    offset += added.length;
    let rest = partial.length === 0 ? added : Buffer.concat([partial, added]);
    for (let at = rest.indexOf(0x0a); at >= 0; at = rest.indexOf(0x0a)) {
      readLine(rest.toString('utf8', 0, at).replace(/\r$/, ''));
      rest = rest.subarray(at + 1);
    }
    if (last && rest.length > 0) readLine(rest.toString('utf8'));
    partial = last ? Buffer.alloc(0) : Buffer.from(rest);
  };

  return {
    poll: () => readMore(false),
    /** Reads the rest and removes the file. */
    finish(): {
      readonly values: ReadonlyMap<string, string>;
      readonly tooLarge: readonly string[];
      readonly complaints: readonly string[];
    } {
      readMore(true);
      if (block) complaints.push(`${block.name}<<${block.end} has no end`);
      if (offset >= longestFile) complaints.push(`only the first ${longestFile} bytes were read`);
      if (complaints.length > mostComplaints) complaints.splice(mostComplaints, complaints.length, 'and more');
      rmSync(path, { force: true, recursive: true });
      const tooLarge = [...values].filter(([, value]) => Buffer.byteLength(value) > longestOutput).map(([name]) => name);
      for (const name of tooLarge) values.delete(name);
      return { values, tooLarge, complaints };
    },
  };
}

/** The script may have put anything in the file's place: only a regular file is read, and never waited for. */
function readFrom(path: string, offset: number, most: number): Buffer {
  if (most <= 0) return Buffer.alloc(0);
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size <= offset) return Buffer.alloc(0);
    const buffer = Buffer.alloc(Math.min(most, stat.size - offset));
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, offset));
  } catch {
    return Buffer.alloc(0);
  } finally {
    closeSync(file);
  }
}
