const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For text and for values of attributes in quotes, of HTML and SVG. Control characters, which neither may have, become a sign. */
export const escapeHtml = (text: string): string =>
  [...text.replace(/[&<>"']/g, (char) => entities[char] ?? char)].map((char) => (isControl(char) ? '\ufffd' : char)).join('');

const isControl = (char: string): boolean =>
  (char < ' ' && char !== '\n' && char !== '\t' && char !== '\r') || (char >= '\u007f' && char < '\u00a0');
