import * as vscode from 'vscode';
import { storeSecret } from '../inputs/secrets.ts';
import { tellBriefly } from '../tell.ts';
import { field } from './arguments.ts';
import type { Handler } from './handler.ts';
import { activeRunbook } from './runbooks.ts';

const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;

/** Set Secret: its value goes to the engine's encrypted store and nowhere else. */
export const setSecret: Handler = async (services, argument) => {
  const engine = await services.engine();
  const document = activeRunbook();
  const declared = document ? ((await services.language.outline(document.uri))?.secrets ?? []) : [];
  const name = field(argument, 'name') ?? (await chooseName(await engine.secretNames(), declared));
  if (!name) return;
  const value = await vscode.window.showInputBox({
    title: `Set Secret ${name}`,
    prompt: 'It is kept encrypted by the engine, handed to the steps that name it, and shown nowhere.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === '' ? 'Enter the value, or press Escape to change nothing.' : undefined),
  });
  if (!value) return;
  if (await storeSecret(engine, name, value)) tellBriefly(`$(key) Stored the secret ${name}`);
};

/** Remove Secret. */
export const removeSecret: Handler = async (services) => {
  const engine = await services.engine();
  const names = await engine.secretNames();
  if (names.length === 0) {
    void vscode.window.showInformationMessage('No secret is stored.');
    return;
  }
  const name = await vscode.window.showQuickPick(names, { title: 'Remove Secret', placeHolder: 'Which secret?' });
  if (!name) return;
  const remove = 'Remove';
  const detail = 'Steps that name it fail until it has a value again.';
  if ((await vscode.window.showWarningMessage(`Remove the secret ${name}?`, { modal: true, detail }, remove)) !== remove) return;
  await engine.removeSecret(name);
  tellBriefly(`$(key) Removed the secret ${name}`);
};

async function chooseName(stored: readonly string[], declared: readonly string[]): Promise<string | undefined> {
  const names = [...new Set([...declared, ...stored])];
  const other = { label: '$(add) Another Name…', name: undefined };
  const items = [
    ...names.map((name) => ({ label: name, description: stored.includes(name) ? 'has a value' : 'has no value yet', name })),
    other,
  ];
  const chosen =
    names.length === 0 ? other : await vscode.window.showQuickPick(items, { title: 'Set Secret', placeHolder: 'Which secret?' });
  if (!chosen) return undefined;
  return (
    chosen.name ??
    vscode.window.showInputBox({
      title: 'Set Secret',
      prompt: 'The name that runbooks list under `secrets:`.',
      ignoreFocusOut: true,
      validateInput: (text) => (namePattern.test(text) ? undefined : 'A name starts with a letter and holds letters, digits, - and _.'),
    })
  );
}
