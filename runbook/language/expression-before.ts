/** The unfinished expression in front of the cursor. */
export interface ExpressionBefore {
  readonly text: string;
  readonly bare: boolean;
  /** Closing braces are already there. */
  readonly closed: boolean;
}

/** Looked for in the line's text and not in the tree: while it is being typed the line is often no YAML yet. */
export function expressionBefore(text: string, lineStart: number, offset: number): ExpressionBefore | undefined {
  const before = text.slice(lineStart, offset);
  const open = before.lastIndexOf('${{');
  if (open >= 0 && !before.slice(open).includes('}}'))
    return { text: before.slice(open + 3), bare: false, closed: /^[^\r\n]*\}\}/.test(text.slice(offset)) };
  const bare = /^\s*(?:-\s+)*(?:if|"if"|'if')\s*:\s(.*)$/s.exec(before)?.[1] ?? /[{,]\s*if\s*:\s([^,{}]*)$/s.exec(before)?.[1];
  if (bare === undefined || /^\s*[|>]/.test(bare)) return undefined;
  return { text: bare.replace(/^\s*["']/, ''), bare: true, closed: true };
}
