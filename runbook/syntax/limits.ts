/** What a file may be before analysis is refused: far above what people write, far below what would hang an editor. */
export const limits = {
  /** UTF-16 units. */
  text: 500_000,
  depth: 100,
  /** Nodes once every alias is replaced by what it stands for. */
  expandedNodes: 100_000,
  /** Problems reported of one file. */
  problems: 200,
} as const;
