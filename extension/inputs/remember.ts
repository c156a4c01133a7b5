import type * as vscode from 'vscode';

/** The values last given to a runbook's inputs, in this workspace. Secrets never come here. */
export interface LastValues {
  of(file: string): Readonly<Record<string, unknown>>;
  keep(file: string, values: Readonly<Record<string, unknown>>): Promise<void>;
}

const key = 'runwright.lastInputs';
/** Runbooks remembered; the least recently run is forgotten first. */
const limit = 50;

export function lastValues(state: vscode.Memento): LastValues {
  const all = () => state.get<Record<string, Record<string, unknown>>>(key, {});
  return {
    of: (file) => all()[file] ?? {},
    async keep(file, values) {
      const others = Object.entries(all()).filter(([other]) => other !== file);
      await state.update(key, Object.fromEntries([...others, [file, values] as const].slice(-limit)));
    },
  };
}
