import * as vscode from 'vscode';
import type { RunDetail } from '../../protocol/run.ts';
import { fence } from '../approvals/describe.ts';
import { languageId } from '../contributions.ts';
import type { Services } from '../services.ts';
import { type Mark, type MarkLook, markDetails, markLooks, marksOf } from './marks.ts';

/** Source of the problems that a run left in the editor. */
export const runProblems = 'runwright-run';

/** Draws how the newest run stands behind its steps' lines, and puts failures among the problems. */
export function editorStatus(services: Services, problems: vscode.DiagnosticCollection): vscode.Disposable {
  const types = new Map(markLooks.map((look) => [look, decorationType(services.context, look)]));
  const timers = new Map<string, NodeJS.Timeout>();
  const versions = new Map<string, number>();

  async function draw(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const turn = (versions.get(key) ?? 0) + 1;
    versions.set(key, turn);
    const run = services.store.current(document.uri.fsPath);
    const outline = run && (await services.language.outline(document.uri).catch(() => undefined));
    // While the server was asked, something newer was drawn or is on its way.
    if (versions.get(key) !== turn) return;
    if (run && !outline) return;
    const marks = run && outline ? marksOf(outline.steps, run, document.uri.fsPath) : [];
    for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) decorate(editor, marks, run);
    problems.set(
      document.uri,
      marks.filter((mark) => mark.look === 'failed').map((mark) => failure(document, mark)),
    );
  }

  function decorate(editor: vscode.TextEditor, marks: readonly Mark[], run: RunDetail | undefined): void {
    for (const [look, type] of types) {
      const ofLook = run ? marks.filter((mark) => mark.look === look && mark.line < editor.document.lineCount) : [];
      editor.setDecorations(type, run ? ofLook.map((mark) => decoration(editor.document, mark, run)) : []);
    }
  }

  function later(document: vscode.TextDocument, milliseconds: number): void {
    if (document.languageId !== languageId) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        void draw(document);
      }, milliseconds),
    );
  }

  const drawVisible = (files?: ReadonlySet<string>) => {
    for (const document of new Set(vscode.window.visibleTextEditors.map((editor) => editor.document))) {
      if (files === undefined || files.has(document.uri.fsPath)) later(document, 0);
    }
  };
  const stop = services.store.onChange((run) => drawVisible(run === undefined ? undefined : filesOf(services.store.detail(run))));
  return vscode.Disposable.from(
    ...types.values(),
    { dispose: stop },
    { dispose: () => timers.forEach((timer) => void clearTimeout(timer)) },
    vscode.window.onDidChangeVisibleTextEditors(() => drawVisible()),
    // Decorations move along with the text by themselves; only what was inserted or removed has to wait for the new outline.
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.contentChanges.length > 0 && services.store.current(event.document.uri.fsPath)) later(event.document, 150);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => problems.delete(document.uri)),
  );
}

/** Those that its steps are written in. */
const filesOf = (run: RunDetail | undefined): ReadonlySet<string> | undefined =>
  run && new Set([run.file, ...run.steps.flatMap(({ file }) => file ?? [])]);

function decorationType(context: vscode.ExtensionContext, look: MarkLook): vscode.TextEditorDecorationType {
  const ruler: Partial<Record<MarkLook, string>> = { failed: 'testing.iconFailed', waiting: 'charts.yellow', unknown: 'charts.yellow' };
  const color = ruler[look];
  return vscode.window.createTextEditorDecorationType({
    ...(look === 'passed' ? {} : { gutterIconPath: context.asAbsolutePath(`media/step-${look}.svg`), gutterIconSize: 'contain' }),
    ...(color ? { overviewRulerColor: new vscode.ThemeColor(color), overviewRulerLane: vscode.OverviewRulerLane.Left } : {}),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    after: { margin: '0 0 0 2em', fontStyle: 'italic' },
  });
}

const textColors: Readonly<Record<MarkLook, string>> = {
  running: 'charts.blue',
  // The green of test icons is too pale for text on a light background.
  succeeded: 'terminal.ansiGreen',
  failed: 'editorError.foreground',
  waiting: 'editorWarning.foreground',
  unknown: 'editorWarning.foreground',
  passed: 'editorCodeLens.foreground',
};

function decoration(document: vscode.TextDocument, mark: Mark, run: RunDetail): vscode.DecorationOptions {
  return {
    range: document.lineAt(mark.line).range,
    hoverMessage: new vscode.MarkdownString(fence(markDetails(mark, run))),
    renderOptions: { after: { contentText: mark.text, color: new vscode.ThemeColor(textColors[mark.look]) } },
  };
}

/** Information, not an error: nothing is wrong with the text, but its last run says something about this line. */
function failure(document: vscode.TextDocument, mark: Mark): vscode.Diagnostic {
  const line = document.lineAt(Math.min(mark.line, document.lineCount - 1));
  const range = new vscode.Range(line.lineNumber, line.firstNonWhitespaceCharacterIndex, line.lineNumber, line.text.length);
  const error = mark.step.error;
  const diagnostic = new vscode.Diagnostic(
    range,
    `The last run failed here: ${error ? `${error.message} ${error.remedy}` : mark.text}`,
    vscode.DiagnosticSeverity.Information,
  );
  diagnostic.source = runProblems;
  diagnostic.code = error?.code;
  return diagnostic;
}
