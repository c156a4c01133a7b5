/** Makes characters visible that could make a text read differently from what runs: controls, bidirectional overrides, zero widths. */
export function visible(text: string, shape: 'text' | 'line' = 'text'): string {
  const marked = text.replace(/\r\n/g, '\n').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => {
    if (char === '\n' || char === '\t') return char;
    return `⟨U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
  return shape === 'line' ? marked.replace(/\n/g, '⏎') : marked;
}
