// The part of Monaco that compares two texts, which its own declarations leave out.
declare module 'monaco-editor/editor/common/diff/linesDiffComputers.js' {
  import type { editor } from 'monaco-editor/editor/editor.api.js';

  interface LinesDiff {
    readonly changes: readonly object[];
    readonly moves: readonly object[];
    readonly hitTimeout: boolean;
  }
  export const linesDiffComputers: {
    getDefault(): {
      computeDiff(
        before: string[],
        after: string[],
        options: { ignoreTrimWhitespace: boolean; maxComputationTimeMs: number; computeMoves: boolean },
      ): LinesDiff;
    };
  };
  export type Model = editor.ITextModel;
}
declare module 'monaco-editor/features/diffEditor/register.js';
declare module 'monaco-editor/languages/definitions/yaml/register.js';
