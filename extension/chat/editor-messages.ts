import * as vscode from 'vscode';
import type { Message, Tool } from '../../copilot/providers/model.ts';

/** There is no system message here: what the model must know goes in front, as the person's; so do the results of tools. */
export function asEditorMessages(messages: readonly Message[]): vscode.LanguageModelChatMessage[] {
  return messages.map((message) => {
    switch (message.role) {
      case 'tool':
        return vscode.LanguageModelChatMessage.User([
          new vscode.LanguageModelToolResultPart(message.call, [new vscode.LanguageModelTextPart(message.content)]),
        ]);
      case 'assistant':
        return message.calls === undefined
          ? vscode.LanguageModelChatMessage.Assistant(message.content)
          : vscode.LanguageModelChatMessage.Assistant([
              ...(message.content === '' ? [] : [new vscode.LanguageModelTextPart(message.content)]),
              ...message.calls.map(({ id, name, input }) => new vscode.LanguageModelToolCallPart(id, name, inputOf(input))),
            ]);
      default:
        return vscode.LanguageModelChatMessage.User(message.content);
    }
  });
}

export const asEditorTool = ({ name, description, parameters }: Tool): vscode.LanguageModelChatTool => ({
  name,
  description,
  inputSchema: { ...parameters },
});

/** An object, as VS Code wants it; what was none was told to the model as a mistake. */
function inputOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
