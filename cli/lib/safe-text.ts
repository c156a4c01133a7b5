/**
 * Text from outside on its way to a terminal. A script's output may colour itself; it may not move the cursor, rename
 * the window, write to the clipboard or pretend to be another line. What is shown to decide by may not even colour.
 */
const esc = '\u001b';
const colour = new RegExp(`${esc}\\[[0-9;:]{0,40}m`, 'g');
/** Control and format characters except tab and line feed: C0, DEL, C1, and the marks that reorder, hide or end lines. */
const control = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function visible(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Every control character made visible as `\x1b`; line feeds and tabs stay. */
export function plainText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(control, visible);
}

/** One line: line feeds are made visible too. */
export function oneLine(text: string): string {
  return plainText(text).replaceAll('\n', '\\n').replaceAll('\t', ' ');
}

/** A line of output: of what was overwritten after a carriage return the last state stays, colours stay when wanted and end with the line. */
export function outputLine(line: string, keepColour: boolean): string {
  const shown = line.replace(/\r+$/, '');
  const last = shown.slice(shown.lastIndexOf('\r') + 1);
  if (!keepColour) return plainText(last.replace(colour, ''));
  let out = '';
  let from = 0;
  for (const match of last.matchAll(colour)) {
    out += plainText(last.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return from === 0 ? plainText(last) : `${out}${plainText(last.slice(from))}\x1b[0m`;
}
