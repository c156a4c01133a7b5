// Run inside the extension host by the bench: writes how long activate() took to RUNWRIGHT_TEST_RESULT.
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<{ activationMs: number; ready: Promise<void> }>('runwright.runwright');
  if (!extension) throw new Error('The extension is not there.');
  const api = await extension.activate();
  await api.ready;
  const result = process.env.RUNWRIGHT_TEST_RESULT;
  if (!result) throw new Error('RUNWRIGHT_TEST_RESULT is not set.');
  writeFileSync(result, JSON.stringify({ activationMs: api.activationMs }));
}
