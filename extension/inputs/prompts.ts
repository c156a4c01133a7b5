import * as vscode from 'vscode';

/** Where a question stands in a row of questions. */
export interface Place {
  readonly title: string;
  readonly step: number;
  readonly total: number;
}

/** `undefined`: the person pressed Escape and wants none of it; `back`: the question before. */
export type Reply<T> = { readonly kind: 'value'; readonly value: T } | { readonly kind: 'back' } | undefined;

export interface TextQuestion {
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** Offers to choose a file, too. */
  readonly browse?: boolean;
  /** What is wrong with the text, if anything. */
  check(text: string): Promise<string | undefined>;
}

export function askText(place: Place, question: TextQuestion): Promise<Reply<string>> {
  const box = vscode.window.createInputBox();
  Object.assign(box, { title: place.title, step: place.step, totalSteps: place.total, ignoreFocusOut: true });
  box.prompt = question.prompt;
  box.value = question.value ?? '';
  box.placeholder = question.placeholder;
  box.password = question.password ?? false;
  const browse: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('folder-opened'), tooltip: 'Choose a File' };
  box.buttons = [...(place.step > 1 ? [vscode.QuickInputButtons.Back] : []), ...(question.browse ? [browse] : [])];

  let asked = 0;
  // A file dialog may be drawn in the same place: hiding the box for it is no Escape.
  let browsing = false;
  const check = async (): Promise<boolean> => {
    const turn = ++asked;
    const message = await question.check(box.value);
    // A slower answer about an older text must not be shown.
    if (turn === asked) box.validationMessage = message;
    return turn === asked && message === undefined;
  };
  return new Promise((resolve) => {
    const finish = (reply: Reply<string>) => {
      resolve(reply);
      box.dispose();
    };
    box.onDidChangeValue(check);
    box.onDidAccept(async () => {
      box.busy = true;
      const value = box.value;
      const good = await check();
      box.busy = false;
      if (good && box.value === value) finish({ kind: 'value', value });
    });
    box.onDidTriggerButton(async (button) => {
      if (button === vscode.QuickInputButtons.Back) return finish({ kind: 'back' });
      browsing = true;
      const [file] = (await vscode.window.showOpenDialog({ title: place.title, openLabel: 'Choose' })) ?? [];
      browsing = false;
      if (file) box.value = file.fsPath;
      box.show();
      await check();
    });
    box.onDidHide(() => {
      if (!browsing) finish(undefined);
    });
    box.show();
  });
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

export function askChoice<T>(place: Place, prompt: string, choices: readonly Choice<T>[], active?: T): Promise<Reply<T>> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  Object.assign(pick, { title: place.title, step: place.step, totalSteps: place.total, ignoreFocusOut: true });
  pick.placeholder = prompt;
  pick.items = choices;
  pick.matchOnDescription = true;
  pick.activeItems = choices.filter((choice) => choice.value === active);
  pick.buttons = place.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const finish = (reply: Reply<T>) => {
      resolve(reply);
      pick.dispose();
    };
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen) finish({ kind: 'value', value: chosen.value });
    });
    pick.onDidTriggerButton(() => finish({ kind: 'back' }));
    pick.onDidHide(() => finish(undefined));
    pick.show();
  });
}

/** Asks in a row; `back` returns to the question before. Resolves to undefined when the person gave up. */
export async function askInTurn<T>(
  questions: readonly ((place: { step: number; total: number }, earlier: T | undefined) => Promise<Reply<T>>)[],
): Promise<T[] | undefined> {
  const answers: T[] = [];
  let at = 0;
  for (let question = questions[at]; question; question = questions[at]) {
    const reply = await question({ step: at + 1, total: questions.length }, answers[at]);
    if (!reply) return undefined;
    if (reply.kind === 'back') at = Math.max(0, at - 1);
    else answers[at++] = reply.value;
  }
  return answers;
}
