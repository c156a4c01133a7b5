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

const common = (label: string): monaco.editor.IEditorOptions => {
  const style = getComputedStyle(document.body);
  const size = Number.parseFloat(style.getPropertyValue('--vscode-editor-font-size'));
  return {
    readOnly: true,
    domReadOnly: true,
    automaticLayout: true,
    minimap: { enabled: false },
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 12,
    glyphMargin: false,
    folding: false,
    contextmenu: false,
    wordWrap: 'on',
    scrollBeyondLastLine: false,
    scrollbar: { alwaysConsumeMouseWheel: false, useShadows: false },
    overviewRulerLanes: 0,
    // Tab leaves it, as it leaves every other part of the page.
    tabFocusMode: true,
    ariaLabel: label,
    fontFamily: style.getPropertyValue('--vscode-editor-font-family') || 'monospace',
    ...(Number.isFinite(size) ? { fontSize: size } : {}),
    stickyScroll: { enabled: false },
    renderLineHighlight: 'none',
    occurrencesHighlight: 'off',
    links: false,
    unicodeHighlight: { ambiguousCharacters: false },
  };
};

/** What changes; a text that is new is shown as it is. */
export function showDiff(element: HTMLElement, before: string, after: string, label: string): ShownDiff {
  const fit = (height: number) => {
    element.style.height = `${Math.min(tallest, height + 4)}px`;
  };
  return before === '' ? showNew(element, after, label, fit) : showChange(element, before, after, label, fit);
}

function showNew(element: HTMLElement, text: string, label: string, fit: (height: number) => void): ShownDiff {
  const editor = monaco.editor.create(
    element,
    { ...common(label), language: 'yaml', value: text },
    { diffProviderFactoryService: compareHere },
  );
  followTheme();
  editor.onDidContentSizeChange(() => fit(editor.getContentHeight()));
  fit(editor.getContentHeight());
  return {
    element,
    dispose() {
      editor.getModel()?.dispose();
      editor.dispose();
    },
  };
}

function showChange(element: HTMLElement, before: string, after: string, label: string, fit: (height: number) => void): ShownDiff {
  const editor = monaco.editor.createDiffEditor(
    element,
    {
      ...common(label),
      originalEditable: false,
      renderSideBySide: false,
      renderOverviewRuler: false,
      hideUnchangedRegions: { enabled: true, contextLineCount: 3, minimumLineCount: 3 },
      renderGutterMenu: false,
      renderMarginRevertIcon: false,
      diffWordWrap: 'on',
      originalAriaLabel: `${label}, before`,
      modifiedAriaLabel: `${label}, after`,
    },
    { diffProviderFactoryService: compareHere },
  );
  // After the first editor: what comes before it would begin the services without the one that compares here.
  followTheme();
  const original = monaco.editor.createModel(before, 'yaml');
  const modified = monaco.editor.createModel(after, 'yaml');
  editor.setModel({ original, modified });
  const both = () => fit(Math.max(editor.getModifiedEditor().getContentHeight(), editor.getOriginalEditor().getContentHeight()));
  editor.getModifiedEditor().onDidContentSizeChange(both);
  editor.onDidUpdateDiff(both);
  both();
  return {
    element,
    dispose() {
      editor.dispose();
      original.dispose();
      modified.dispose();
    },
  };
}
