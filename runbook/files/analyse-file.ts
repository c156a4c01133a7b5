import { type AnalyseOptions, type Analysis, analyseWhole } from '../analyse-whole.ts';
import type { Lines } from '../syntax/lines.ts';
import { analyseAction } from './action.ts';
import { kindOf } from './kind.ts';
import { analyseShaped } from './shaped.ts';

/** Everything that can be said about a text, read in one piece as what its name says it is. Never throws. */
export function analyseFile(text: string, options: AnalyseOptions, lines?: Lines): Analysis {
  const kind = kindOf(options.file ?? '');
  switch (kind) {
    case 'action':
      return analyseAction(text, options, lines);
    case 'runbook':
      return analyseWhole(text, options, lines);
    default:
      return analyseShaped(kind, text, options, lines);
  }
}
