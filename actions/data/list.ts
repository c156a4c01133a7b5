import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { detectEncoding } from './csv/encoding.ts';
import { refuseOther } from './csv/sniff.ts';
import { readText } from './csv/text.ts';
import { readBytes } from './files.ts';
import type { Column } from './table/columns.ts';
import type { TableWriter } from './table/writer.ts';

const longestLine = 64 * 1024;

/** A list with one value in each line; what follows `#` at the beginning of a line or behind a blank is left out. One column, `value`. */
export async function readList(path: string, name: string, writer: TableWriter, signal: AbortSignal): Promise<readonly Column[]> {
  for await (const beginning of readBytes(path, name, signal)) {
    refuseOther(beginning, name, 'a list');
    break;
  }
  const take = (line: string) => {
    const value = line.replace(/(?:^|\s)#.*$/, '').trim();
    if (value !== '') writer.add([value]);
  };
  let rest = '';
  for await (const text of readText(path, name, await detectEncoding(path, name, signal), signal)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new ProblemError(problem('data-limit', { what: `A line of ${name}`, limit: '64 KiB' }));
    for (const line of lines) take(line);
    if (writer.full) await writer.flush();
  }
  take(rest);
  return [{ name: 'value', type: 'text' }];
}
