import { type AnalyseOptions, type Analysis, analyseWhole } from '../analyse-whole.ts';
import type { Lines } from '../syntax/lines.ts';
import { analyseAction } from './action.ts';
import { kindOf } from './kind.ts';
import { analyseTargets } from './targets.ts';

/** Everything that can be said about a text, read in one piece as what its name says it is. Never throws. */
export function analyseFile(text: string, options: AnalyseOptions, lines?: Lines): Analysis {
  switch (kindOf(options.file ?? '')) {
    case 'action':
      return analyseAction(text, options, lines);
    case 'targets':
      return analyseTargets(text, options, lines);
    default:
      return analyseWhole(text, options, lines);
  }
}
