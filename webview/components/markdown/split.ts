/**
 * Where a text that is still growing may be cut: what stands before is complete blocks that more text cannot change.
 * @param from an earlier result for the same text, or 0.
 * @returns an offset at or after `from`.
 */
export function stableEnd(text: string, from: number): number {
  let end = from;
  let fence: string | undefined;
  let at = from;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    // The last line may go on.
    if (newline < 0) break;
    const line = text.slice(at, newline);
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) {
      if (mark !== undefined) fence = mark;
      // A blank line ends a block, unless the next one is indented or a list item and goes on with it.
      else if (
        line.trim() === '' &&
        /^\S/.test(text.slice(newline + 1)) &&
        !/^(?:[-*+]|\d{1,9}[.)])\s/.test(text.slice(newline + 1, newline + 13))
      )
        end = newline + 1;
    } else if (mark !== undefined && mark[0] === fence[0] && mark.length >= fence.length && /^ {0,3}[`~]+\s*$/.test(line)) {
      fence = undefined;
    }
    at = newline + 1;
  }
  return end;
}
