import * as vscode from 'vscode';
import type { Engine } from '../engine/api.ts';
import { told } from '../engine/problem.ts';

/** Stores a secret; a short one, which could not be hidden in outputs, only after a second question. @returns whether it was stored. */
export async function storeSecret(engine: Pick<Engine, 'putSecret'>, name: string, value: string): Promise<boolean> {
  try {
    await engine.putSecret(name, value);
    return true;
  } catch (error) {
    const problem = told(error);
    if (problem.code !== 'secret-short') throw error;
    const store = 'Store It Anyway';
    const chosen = await vscode.window.showWarningMessage(
      problem.message,
      {
        modal: true,
        detail: 'A value this short can appear in outputs by chance, so it is not hidden there. Use a longer one if you can.',
      },
      store,
    );
    if (chosen !== store) return false;
    await engine.putSecret(name, value, true);
    return true;
  }
}
