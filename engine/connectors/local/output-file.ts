import { closeSync, constants, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { createOutputParser, longestOutputFile, type OutputFound } from './output-parser.ts';

/**
 * The file `$RUNWRIGHT_OUTPUT`. `poll` is called before each piece of the script's output is shown, so that a value masked before
 * it was printed is hidden; what was printed before its mask was written is not taken back.
 */
export function openOutputFile(path: string, addMask: (value: string) => void, isSecret?: (name: string) => boolean) {
  let offset = 0;
  const parser = createOutputParser(addMask, isSecret);
  closeSync(openSync(path, 'w', 0o600));

  const poll = () => {
    const added = readFrom(path, offset, longestOutputFile - offset);
    offset += added.length;
    parser.push(added);
  };
  return {
    poll,
    /** Reads the rest and removes the file. */
    finish(): OutputFound {
      poll();
      rmSync(path, { force: true, recursive: true });
      return parser.finish(offset >= longestOutputFile);
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
