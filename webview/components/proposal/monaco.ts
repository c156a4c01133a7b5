import 'monaco-editor/features/diffEditor/register.js';
import 'monaco-editor/languages/definitions/yaml/register.js';
import { linesDiffComputers } from 'monaco-editor/editor/common/diff/linesDiffComputers.js';
import * as monaco from 'monaco-editor/editor/editor.api.js';
import { editorTheme } from './theme.ts';

// An entry of its own in the build: Monaco is loaded with the first proposal, not with the chat.

export interface ShownDiff {
  readonly element: HTMLElement;
  dispose(): void;
}

/** Milliseconds that comparing may take; what is left then is shown as one change. */
const patience = 300;
/** Pixels. */
const tallest = 380;
const themeName = 'runwright';

/** Compares on the page: texts are as long as a runbook, and a worker would need a page that may load code from more places. */
const compareHere = {
  createDiffProvider: () => ({
    onDidChange: () => ({ dispose: () => undefined }),
    async computeDiff(before: monaco.editor.ITextModel, after: monaco.editor.ITextModel, options: { ignoreTrimWhitespace: boolean }) {
      const { changes, moves, hitTimeout } = linesDiffComputers
        .getDefault()
        .computeDiff(before.getLinesContent(), after.getLinesContent(), {
          ignoreTrimWhitespace: options.ignoreTrimWhitespace,
          maxComputationTimeMs: patience,
          computeMoves: false,
        });
      return { identical: before.getValue() === after.getValue(), quitEarly: hitTimeout, changes, moves };
    },
    dispose: () => undefined,
  }),
};

const takeTheme = () => {
  monaco.editor.defineTheme(themeName, editorTheme(document.body));
  monaco.editor.setTheme(themeName);
};
let watching = false;
function followTheme(): void {
  takeTheme();
  if (watching) return;
  watching = true;
  const observer = new MutationObserver(takeTheme);
  observer.observe(document.documentElement, { attributeFilter: ['style'] });
  observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-kind'] });
}

export function showDiff(element: HTMLElement, before: string, after: string, label: string): ShownDiff {
  const style = getComputedStyle(document.body);
  const size = Number.parseFloat(style.getPropertyValue('--vscode-editor-font-size'));
  const editor = monaco.editor.createDiffEditor(
    element,
    {
      readOnly: true,
      originalEditable: false,
      domReadOnly: true,
      renderSideBySide: false,
      renderOverviewRuler: false,
      hideUnchangedRegions: { enabled: true, contextLineCount: 3, minimumLineCount: 3 },
      renderGutterMenu: false,
      renderMarginRevertIcon: false,
      automaticLayout: true,
      minimap: { enabled: false },
      lineNumbersMinChars: 3,
      lineDecorationsWidth: 12,
      glyphMargin: false,
      folding: false,
      contextmenu: false,
      wordWrap: 'on',
      diffWordWrap: 'on',
      scrollBeyondLastLine: false,
      scrollbar: { alwaysConsumeMouseWheel: false, useShadows: false },
      // Tab leaves it, as it leaves every other part of the page.
      tabFocusMode: true,
      ariaLabel: label,
      originalAriaLabel: `${label}, before`,
      modifiedAriaLabel: `${label}, after`,
      fontFamily: style.getPropertyValue('--vscode-editor-font-family') || 'monospace',
      ...(Number.isFinite(size) ? { fontSize: size } : {}),
      stickyScroll: { enabled: false },
      renderLineHighlight: 'none',
      occurrencesHighlight: 'off',
      links: false,
      unicodeHighlight: { ambiguousCharacters: false },
    },
    { diffProviderFactoryService: compareHere },
  );
  // After the first editor: what comes before it would begin the services without the one that compares here.
  followTheme();
  const original = monaco.editor.createModel(before, 'yaml');
  const modified = monaco.editor.createModel(after, 'yaml');
  editor.setModel({ original, modified });
  const fit = () => {
    const height = Math.max(editor.getModifiedEditor().getContentHeight(), editor.getOriginalEditor().getContentHeight());
    element.style.height = `${Math.min(tallest, height + 4)}px`;
  };
  editor.getModifiedEditor().onDidContentSizeChange(fit);
  editor.onDidUpdateDiff(fit);
  fit();
  return {
    element,
    dispose() {
      editor.dispose();
      original.dispose();
      modified.dispose();
    },
  };
}
