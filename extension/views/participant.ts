import * as vscode from 'vscode';
import type { Chat } from '../chat-port.ts';
import { onSettingChange, setting } from '../settings.ts';

/** `@runwright` in VS Code's own Chat, as long as the copilot is on; what answers is loaded with the first question. */
export function participant({ extensionUri }: vscode.ExtensionContext, chat: () => Promise<Chat>): vscode.Disposable {
  let registered: vscode.Disposable | undefined;
  const update = () => {
    registered?.dispose();
    registered = setting('ai.enabled') ? register(extensionUri, chat) : undefined;
  };
  update();
  const listener = onSettingChange('ai.enabled', update);
  return new vscode.Disposable(() => {
    listener.dispose();
    registered?.dispose();
  });
}

function register(extensionUri: vscode.Uri, chat: () => Promise<Chat>): vscode.Disposable {
  const made = vscode.chat.createChatParticipant('runwright.copilot', async (...given) => (await chat()).answer(...given));
  made.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
  made.followupProvider = { provideFollowups: async (result) => (await chat()).followUps(result) };
  return made;
}
