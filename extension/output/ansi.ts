// What scripts print goes into a terminal. Colours may pass; whatever else a terminal would obey (moving the cursor,
// the clipboard, titles, links) may not. Works on a stream: a sequence cut between two pieces is held back.

const escapeChar = '\u001b';
/** A sequence longer than this is not one that we would pass. */
const longest = 256;
const complete =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what the file is about.
  /\u001b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|[ -/]*[0-Z\\`-~])/y;

export interface Cleaner {
  /** Text that is safe to write to a terminal, with line ends as terminals want them. */
  push(text: string): string;
  /** What was held back, cleaned. */
  end(): string;
}

export function createCleaner(): Cleaner {
  let held = '';
  let lastWasReturn = false;

  function clean(text: string, final: boolean): string {
    let out = '';
    let at = 0;
    while (at < text.length) {
      const char = text.charAt(at);
      if (char !== escapeChar) {
        out += plain(char);
        at += 1;
        continue;
      }
      complete.lastIndex = at;
      const match = complete.exec(text);
      if (match) {
        if (match[2] === 'm' && /^[0-9;:]*$/.test(match[1] ?? '')) out += match[0];
        at = complete.lastIndex;
      } else if (!final && text.length - at < longest) {
        held = text.slice(at);
        return out;
      } else {
        at += 1;
      }
    }
    return out;
  }

  function plain(char: string): string {
    const afterReturn = lastWasReturn;
    lastWasReturn = char === '\r';
    if (char === '\n') return afterReturn ? '\n' : '\r\n';
    if (char === '\r' || char === '\t') return char;
    const code = char.charCodeAt(0);
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) ? '' : char;
  }

  return {
    push(text) {
      const whole = held + text;
      held = '';
      return clean(whole, false);
    },
    end() {
      const rest = held;
      held = '';
      return clean(rest, true);
    },
  };
}
