import { createAutomaton } from '../../../../engine/connectors/redact/automaton.ts';
import { type Asked, type Report, type Rule, shown } from './finding.ts';

/** Lines that are told of one indicator in one piece; more of them are counted. */
const told = 5;
const outside = (char: string | undefined) => char === undefined || !/[\p{L}\p{N}_]/u.test(char);

/** Lines that hold an indicator as a whole word: 203.0.113.7 is not in 203.0.113.70. */
export function indicators({ indicators: given }: Asked, report: Report): Rule | undefined {
  if (given.length === 0) return undefined;
  const wanted = [...new Set(given.map((text) => text.trim().toLowerCase()).filter((text) => text !== ''))];
  // Says which lines are worth a closer look, in one pass over each.
  const automaton = createAutomaton(wanted.map((text) => Buffer.from(text)));
  const counts = new Map<string, number>();
  return {
    files: 'all',
    line(file, text, line) {
      const lower = text.toLowerCase();
      let state = 0;
      let any = false;
      for (const byte of Buffer.from(lower)) {
        state = automaton.next(state, byte);
        if (automaton.match(state) > 0) {
          any = true;
          break;
        }
      }
      if (!any) return;
      for (const indicator of wanted) {
        if (!holds(lower, indicator)) continue;
        const key = `${file}\0${indicator}`;
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        if (count <= told) report('indicator', `${shown(indicator, 100)} stands in ${file}: ${shown(text.trim(), 200)}`, file, line);
      }
    },
    end() {
      for (const [key, count] of counts) {
        const [file = '', indicator = ''] = key.split('\0');
        if (count > told) report('indicator', `${shown(indicator, 100)} stands in ${count} lines of ${file}.`, file, 1);
      }
    },
  };
}

/** As a whole: what goes on with a letter or digit, or as a longer address, is something else. */
export function holds(text: string, word: string): boolean {
  const joint = /^\d+(\.\d+){3}$/.test(word) ? '.' : /^[\da-f:]*:[\da-f]*:[\da-f:]*$/.test(word) ? ':' : undefined;
  const goesOn = (next: string | undefined, beyond: string | undefined) => outside(next) && !(next === joint && !outside(beyond));
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const after = at + word.length;
    if (goesOn(text[at - 1], text[at - 2]) && goesOn(text[after], text[after + 1])) return true;
  }
  return false;
}
