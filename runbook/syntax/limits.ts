/** What a file may be before analysis is refused: far above what people write, far below what would hang an editor. */
export const limits = {
  /** UTF-16 units. */
  text: 1_500_000,
  depth: 100,
  /** Nodes that aliases may add to those that are written. */
  expandedNodes: 100_000,
  /** Problems reported of one file. */
  problems: 200,
} as const;
