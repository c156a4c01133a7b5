import { type Analysis, type AnalyseOptions, analyse } from '../analyse.ts';
import { analyseAction } from './action.ts';
import { kindOf } from './kind.ts';
import { analyseTargets } from './targets.ts';

/** Everything that can be said about a text of a file with this name. Never throws. */
export function analyseFile(text: string, file: string, options: AnalyseOptions): Analysis {
  switch (kindOf(file)) {
    case 'action':
      return analyseAction(text, options);
    case 'targets':
      return analyseTargets(text, options);
    default:
      return analyse(text, options);
  }
}
