import * as vscode from 'vscode';
import type { ToolInput } from '../../copilot/tools/tool.ts';
import type { Chat } from '../chat-port.ts';
import { toolNames } from '../contributions.ts';
import { onSettingChange, setting } from '../settings.ts';

/** The copilot's tools for every chat of VS Code, as long as the copilot is on; what they do is loaded with the first use. */
export function languageModelTools(chat: () => Promise<Chat>): vscode.Disposable {
  let registered: vscode.Disposable[] = [];
  const update = () => {
    for (const one of registered) one.dispose();
    registered = setting('ai.enabled') ? toolNames.map((name) => register(name, chat)) : [];
  };
  update();
  const listener = onSettingChange('ai.enabled', update);
  return new vscode.Disposable(() => {
    listener.dispose();
    for (const one of registered) one.dispose();
  });
}

const register = (name: string, chat: () => Promise<Chat>): vscode.Disposable =>
  vscode.lm.registerTool<ToolInput>(name, {
    prepareInvocation: async ({ input }) => (await chat()).prepareTool(name, input),
    invoke: async (options, token) => (await chat()).useTool(name, options, token),
  });
