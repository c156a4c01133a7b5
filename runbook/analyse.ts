import type { AnalyseOptions, Analysis } from './analyse-whole.ts';
import { LiveRunbook } from './pieces/live.ts';

export type { AnalyseOptions, Analysis } from './analyse-whole.ts';

/** Everything that can be said about a text. Never throws, whatever the text. */
export function analyse(text: string, options: AnalyseOptions): Analysis {
  const runbook = new LiveRunbook(text, options);
  while (runbook.work() !== 'done');
  return runbook.analysis();
}
