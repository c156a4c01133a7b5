import * as vscode from 'vscode';
import type { CommandId } from '../contributions.ts';
import { isRunbookText } from './runbook-text.ts';

const command: CommandId = 'runwright.useLanguage';
/** Enough to see the first key behind a licence or a comment. */
const looked = 4_000;

/** A plain YAML file whose first key is `runbook: v1` is offered as a runbook, beside the language's name and nowhere else. */
export function offerLanguage(): vscode.Disposable {
  let item: vscode.LanguageStatusItem | undefined;

  const look = (document: vscode.TextDocument | undefined) => {
    const wanted = document?.languageId === 'yaml' && isRunbookText(document.getText().slice(0, looked));
    if (wanted === (item !== undefined)) return;
    item?.dispose();
    item = wanted ? offer() : undefined;
  };
  look(vscode.window.activeTextEditor?.document);
  return vscode.Disposable.from(
    { dispose: () => item?.dispose() },
    vscode.window.onDidChangeActiveTextEditor((editor) => look(editor?.document)),
    vscode.workspace.onDidOpenTextDocument(() => look(vscode.window.activeTextEditor?.document)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === vscode.window.activeTextEditor?.document && document.languageId === 'yaml') look(document);
    }),
  );
}

function offer(): vscode.LanguageStatusItem {
  const item = vscode.languages.createLanguageStatusItem('runwright.offer', { language: 'yaml' });
  item.name = 'Runbook';
  item.text = '$(play) This file is a runbook';
  item.detail = 'Its first key says so, its name does not.';
  item.command = { title: 'Treat File as Runbook', command };
  return item;
}
