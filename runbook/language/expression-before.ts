/** The unfinished expression in front of the cursor. */
export interface ExpressionBefore {
  readonly text: string;
  readonly bare: boolean;
  /** Closing braces are already there. */
  readonly closed: boolean;
  /** Of a bare one: the key it stands under. */
  readonly key?: string;
  /** What is written of the name at the cursor. */
  readonly word?: string;
}

const keys = '(if|until|for-each|match)';
const inBlock = new RegExp(`^\\s*(?:-\\s+)*(?:${keys}|"${keys}"|'${keys}')\\s*:\\s(.*)$`, 's');
const inFlow = new RegExp(`[{,]\\s*${keys}\\s*:\\s([^,{}]*)$`, 's');

/** Looked for in the line's text and not in the tree: while it is being typed the line is often no YAML yet. */
export function expressionBefore(text: string, lineStart: number, offset: number): ExpressionBefore | undefined {
  const before = text.slice(lineStart, offset);
  const open = before.lastIndexOf('${{');
  if (open >= 0 && !before.slice(open).includes('}}')) return { text: before.slice(open + 3), bare: false, closed: closes(text, offset) };
  const block = inBlock.exec(before);
  const flow = block ? undefined : inFlow.exec(before);
  const bare = block?.[4] ?? flow?.[2];
  if (bare === undefined || /^\s*[|>]/.test(bare)) return undefined;
  return { text: bare.replace(/^\s*["']/, ''), bare: true, closed: true, key: block?.[1] ?? block?.[2] ?? block?.[3] ?? flow?.[1] };
}

function closes(text: string, offset: number): boolean {
  const line = /^[^\r\n]*/.exec(text.slice(offset, offset + 4000))?.[0] ?? '';
  const [before] = line.split('${{');
  return before?.includes('}}') === true;
}
