const usualLimit = 512;
const riskyLimit = 32;

/**
 * The longest text that a pattern is tried on. The engine behind RegExp backtracks, so a repetition inside a repetition
 * can take time exponential in the text; such a pattern gets short ones only.
 */
export function patternLimit(pattern: string): number {
  return repeatsRepetition(pattern) ? riskyLimit : usualLimit;
}

/** As in JSON Schema: anywhere in the text unless anchored. A pattern that cannot be compiled matches nothing, a text beyond the limit neither. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (text.length > patternLimit(pattern)) return false;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return false;
  }
}

interface Group {
  readonly start: number;
  choices: boolean;
}

/** Is there a repeated group that itself repeats or chooses, and whose turns no delimiter tells apart? */
function repeatsRepetition(pattern: string): boolean {
  const open: Group[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at];
    if (char === '\\') at++;
    else if (char === '[') at = classEnd(pattern, at);
    else if (char === '(') open.push({ start: at + 1, choices: false });
    else if (char === '*' || char === '+' || isOpenCount(pattern, at)) for (const group of open) group.choices = true;
    else if (char === '|') for (const group of open) group.choices = true;
    else if (char === ')') {
      const group = open.pop();
      const repeated = pattern[at + 1] === '*' || pattern[at + 1] === '+' || pattern[at + 1] === '{';
      if (group !== undefined && group.choices && repeated && !delimited(pattern.slice(group.start, at).replace(/^\?(:|<\w+>)/, '')))
        return true;
    }
  }
  return false;
}

const isOpenCount = (pattern: string, at: number): boolean => /^\{\d*,\d*\}/.test(pattern.slice(at, at + 16));

function classEnd(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === ']') return at;
  }
  return pattern.length;
}

/** `\.\d+` or `[a-z]+/`: begins or ends with one sign that nothing else in it can match. */
function delimited(body: string): boolean {
  const [sign] = /^(?:\\[.\-+*/]|[-_/,;:= @#])/.exec(body) ?? /(?:\\[.\-+*/]|[-_/,;:= @#])$/.exec(body) ?? [];
  if (sign === undefined) return false;
  const rest = body.startsWith(sign) ? body.slice(sign.length) : body.slice(0, -sign.length);
  return !/\||\[\^|\\[SWDP]|\(/.test(rest) && !/(^|[^\\])\./.test(rest) && !canMatch(rest, sign.at(-1) ?? '');
}

/** Could a class or a literal of `rest` be this sign? Ranges of a class are of letters and digits; a `-` at its end is itself. */
function canMatch(rest: string, sign: string): boolean {
  if (sign === '_' && rest.includes('\\w')) return true;
  if (sign === ' ' && rest.includes('\\s')) return true;
  const withoutRanges = rest.replace(/[A-Za-z0-9]-[A-Za-z0-9]/g, '');
  return withoutRanges.includes(sign) || /[^A-Za-z0-9\\]-[^\]]/.test(withoutRanges);
}
