import { longestOutput } from '../output-limit.ts';

/** More than this of the file is not looked at. */
export const longestOutputFile = 4 * 1024 * 1024;
/** Each mask makes the redactor a little slower to build. */
const mostMasks = 500;
/** A mask of a character or two would hide the output itself. */
const shortestMask = 3;
const mostComplaints = 10;
/** What every script has anyway. */
const reserved = new Set(['stdout', 'stderr', 'exit-code', 'too-large']);

export interface OutputFound {
  readonly values: ReadonlyMap<string, string>;
  readonly tooLarge: readonly string[];
  readonly complaints: readonly string[];
}

/**
 * What a script writes to `$RUNWRIGHT_OUTPUT`, as it grows: lines `name=value`, or `name<<END`, lines, `END`.
 * `add-mask` is no output but a secret to hide from then on; so is the value of an output that `isSecret`.
 */
export function createOutputParser(addMask: (value: string) => void, isSecret: (name: string) => boolean = () => false) {
  let partial = Buffer.alloc(0);
  let line = 0;
  let block: { readonly name: string; readonly end: string; readonly lines: string[] } | undefined;
  const values = new Map<string, string>();
  const complaints: string[] = [];

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
      if (isSecret(name) && value.trim().length >= shortestMask) addMask(value);
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

  return {
    push(added: Uint8Array): void {
      let rest = partial.length === 0 ? Buffer.from(added) : Buffer.concat([partial, added]);
      for (let at = rest.indexOf(0x0a); at >= 0; at = rest.indexOf(0x0a)) {
        readLine(rest.toString('utf8', 0, at).replace(/\r$/, ''));
        rest = rest.subarray(at + 1);
      }
      partial = Buffer.from(rest);
    },
    /** `cut`: there was more than may be looked at. */
    finish(cut: boolean): OutputFound {
      if (partial.length > 0) readLine(partial.toString('utf8'));
      if (block) complaints.push(`${block.name}<<${block.end} has no end`);
      if (cut) complaints.push(`only the first ${longestOutputFile} bytes were read`);
      if (complaints.length > mostComplaints) complaints.splice(mostComplaints, complaints.length, 'and more');
      const tooLarge = [...values].filter(([, value]) => Buffer.byteLength(value) > longestOutput).map(([name]) => name);
      for (const name of tooLarge) values.delete(name);
      return { values, tooLarge, complaints };
    },
  };
}
