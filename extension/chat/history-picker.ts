import * as vscode from 'vscode';
import type { ChatHistory } from './history.ts';

interface Item extends vscode.QuickPickItem {
  readonly id: string;
}

const rename: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('edit'), tooltip: 'Rename' };
const remove: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: 'Delete' };

export interface HistoryActions {
  open(id: string): Promise<void>;
  /** Ends what goes on in it, too. */
  delete(id: string): Promise<void>;
}

/** The conversations of the workspace, to open, rename or delete. */
export function pickChat(history: ChatHistory, actions: HistoryActions): void {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = 'Chats of This Workspace';
  picker.placeholder = 'Choose a chat to go on with';
  picker.matchOnDescription = true;
  const show = () => {
    picker.items = history.entries.map(({ id, title, changed }) => ({
      id,
      label: title,
      description: [id === history.current ? 'current' : '', new Date(changed).toLocaleString()].filter(Boolean).join(' · '),
      buttons: [rename, remove],
    }));
    if (picker.items.length === 0) picker.placeholder = 'Nothing was said yet';
  };
  show();
  picker.onDidAccept(() => {
    const [chosen] = picker.selectedItems;
    picker.hide();
    if (chosen !== undefined) void actions.open(chosen.id);
  });
  picker.onDidTriggerItemButton(async ({ button, item }) => {
    if (button === remove) {
      await actions.delete(item.id);
      show();
      return;
    }
    const title = await vscode.window.showInputBox({ title: 'Rename Chat', value: item.label, prompt: 'Its name in the list' });
    if (title !== undefined && title.trim() !== '') history.rename(item.id, title);
    pickChat(history, actions);
  });
  picker.onDidHide(() => picker.dispose());
  picker.show();
}
