/** For a repetition inside a repetition, and for more repetitions in a row than the table below has. */
const nestedLimit = 22;
const shortestLimit = 8;
/** By the number of repetitions that can share a text between them: the lengths at which trying every division takes well under a second. */
const limits = [4096, 4096, 4096, 400, 120, 64, 48, 36, 24] as const;

/**
 * The longest text that a pattern is tried on. The engine behind RegExp backtracks: repetitions in a row take time polynomial
 * in the text, a repetition inside a repetition exponential; the more of it, the shorter the text.
 */
export function patternLimit(pattern: string): number {
  if (repeatsRepetition(pattern)) return nestedLimit;
  const searched = pattern.startsWith('^') ? 0 : 1;
  return limits[ambiguousRepetitions(pattern) + searched] ?? shortestLimit;
}

/** Repetitions whose end no sign behind them fixes, as `:` does in `[^:]+:`. */
function ambiguousRepetitions(pattern: string): number {
  const repetitions = pattern.matchAll(/(\[(?:\\.|[^\]\\])*\]|\\.|.)(?:[*+]|\{\d*,\d*\})\??(?=(\\[-.+*/]|[-/_,;:= @#])?)/g);
  return [...repetitions].filter(([, atom = '', sign]) => sign === undefined || atomMatches(atom, sign.at(-1) ?? '')).length;
}

function atomMatches(atom: string, sign: string): boolean {
  if (atom === '\\d') return false;
  if (atom === '\\w') return sign === '_';
  if (atom.startsWith('[^')) return !atom.slice(2).includes(sign);
  if (atom.startsWith('[')) return /\\[SWDP]/.test(atom) || canMatch(atom.slice(1, -1), sign);
  return atom === '.' || atom === ')' || atom.startsWith('\\') || atom === sign;
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
      if (group?.choices && repeated && !delimited(pattern.slice(group.start, at).replace(/^\?(:|<\w+>)/, ''))) return true;
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
