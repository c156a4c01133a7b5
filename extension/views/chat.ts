import * as vscode from 'vscode';
import type { Chat } from '../chat-port.ts';

/** The place of the copilot: what fills it is loaded when VS Code first shows it. */
export function chatView(chat: () => Promise<Chat>): vscode.Disposable {
  return vscode.window.registerWebviewViewProvider(
    'runwright.chat',
    {
      async resolveWebviewView(view, _context, token) {
        await (await chat()).resolve(view, token);
      },
    },
    { webviewOptions: { retainContextWhenHidden: true } },
  );
}
