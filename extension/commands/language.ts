import * as vscode from 'vscode';
import { languageId } from '../contributions.ts';
import type { Handler } from './handler.ts';

interface Place {
  readonly line: number;
  readonly character: number;
}

/** Behind the server's lenses: what it sends is plain data, and VS Code's own command wants its own objects. */
export const showReferences: Handler = async (_services, argument) => {
  if (!isShown(argument)) return;
  const at = ({ line, character }: Place) => new vscode.Position(line, character);
  const locations = argument.locations.map(
    ({ uri, range }) => new vscode.Location(vscode.Uri.parse(uri), new vscode.Range(at(range.start), at(range.end))),
  );
  await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(argument.uri), at(argument.position), locations);
};

/** Treat File as Runbook: for a file whose name does not say that it is one. */
export const useLanguage: Handler = async () => {
  const document = vscode.window.activeTextEditor?.document;
  if (document) await vscode.languages.setTextDocumentLanguage(document, languageId);
};

interface Shown {
  readonly uri: string;
  readonly position: Place;
  readonly locations: readonly { readonly uri: string; readonly range: { readonly start: Place; readonly end: Place } }[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const isPlace = (value: unknown): value is Place =>
  isRecord(value) &&
  Number.isInteger(value.line) &&
  Number.isInteger(value.character) &&
  Number(value.line) >= 0 &&
  Number(value.character) >= 0;

function isShown(value: unknown): value is Shown {
  if (!isRecord(value) || typeof value.uri !== 'string' || !isPlace(value.position) || !Array.isArray(value.locations)) return false;
  return value.locations.every(
    (one: unknown) =>
      isRecord(one) && typeof one.uri === 'string' && isRecord(one.range) && isPlace(one.range.start) && isPlace(one.range.end),
  );
}
