import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const largest = 1024 * 1024;

export interface Log {
  (text: string): void;
  close(): void;
}

/** `engine.log`: one line with a time each, whole at once; at 1 MiB it becomes `engine.log.1`. Never throws: a full disk must not end the engine. */
export function openLog(folder: string): Log {
  const file = join(folder, 'engine.log');
  let handle: number | undefined;
  const log = (text: string): void => {
    try {
      handle ??= openSync(file, 'a', 0o600);
      writeSync(handle, `${new Date().toISOString()} ${process.pid} ${text.replaceAll('\n', '\n  ')}\n`);
      if (fstatSync(handle).size <= largest) return;
      log.close();
      renameSync(file, `${file}.1`);
    } catch {
      // Nowhere left to say it.
    }
  };
  log.close = () => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
  };
  return log;
}
