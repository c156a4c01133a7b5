import * as vscode from 'vscode';
import { fileSuffixes, languageId, runbookGlob } from '../contributions.ts';
import { Refusal } from '../engine/problem.ts';
import { tellBriefly } from '../tell.ts';
import { fileOf } from './arguments.ts';

export const isRunbookFile = (uri: vscode.Uri): boolean => fileSuffixes.some((suffix) => uri.path.endsWith(suffix));

export function findRunbooks(): Thenable<vscode.Uri[]> {
  return vscode.workspace.findFiles(runbookGlob, '**/node_modules/**', 2000);
}

export function activeRunbook(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === languageId ? document : undefined;
}

/** The runbook that a command is about: its argument, else the active editor's, else one of the workspace's. Undefined when the person chose none. */
export async function chooseRunbook(argument: unknown, title: string): Promise<vscode.Uri | undefined> {
  const given = fileOf(argument) ?? activeRunbook()?.uri;
  if (given) return given;
  const files = (await findRunbooks()).sort((a, b) => a.path.localeCompare(b.path));
  if (files.length === 0) throw new Refusal('There is no runbook in this workspace.', 'Make one: a file whose name ends in .runbook.yaml.');
  const items = files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), iconPath: new vscode.ThemeIcon('checklist'), uri }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Which runbook?' }))?.uri;
}

/** Opens a runbook's document and saves it if it was changed: the engine reads the file. */
export async function savedRunbook(uri: vscode.Uri): Promise<vscode.TextDocument> {
  if (uri.scheme !== 'file' && uri.scheme !== 'untitled')
    throw new Refusal('This runbook is not on a disk, and the engine runs files.', 'Copy it into a folder and open it there.');
  const document = await openDocument(uri);
  if (!document.isDirty && !document.isUntitled) return document;
  if (!(await document.save()))
    throw new Refusal('The runbook has unsaved changes and could not be saved, so nothing was started.', 'Save it, then run it again.');
  tellBriefly(`$(save) Saved ${vscode.workspace.asRelativePath(document.uri)} before running it`);
  return document;
}

export async function openDocument(uri: vscode.Uri): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    throw new Refusal(
      `The file ${vscode.workspace.asRelativePath(uri)} cannot be opened.`,
      'Check that it still exists and that you may read it.',
    );
  }
}
