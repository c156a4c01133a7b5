import * as vscode from 'vscode';
import type { ToolPorts } from '../../copilot/tools/ports.ts';
import type { CopilotTool, ToolInput } from '../../copilot/tools/tool.ts';
import { Toolbox } from '../../copilot/tools/toolbox.ts';
import type { ProposalDocuments } from '../chat/proposals.ts';
import { toolPrefix } from '../contributions.ts';
import { contributed } from './contribution.ts';

const charactersPerToken = 3;
const mostCharacters = 20_000;

const toolOf = (name: string): CopilotTool | undefined => contributed.find((tool) => `${toolPrefix}${tool.name}` === name);

/** What VS Code shows before a tool is used, and whether it asks. */
export function prepareTool(name: string, input: ToolInput): vscode.PreparedToolInvocation {
  const tool = toolOf(name);
  if (tool === undefined) return {};
  return { invocationMessage: tool.summary(input), ...(tool.confirm === undefined ? {} : { confirmationMessages: tool.confirm(input) }) };
}

/** A tool as other chats of VS Code use it: the same code, checks and limits as in ours. */
export async function useTool(
  name: string,
  ports: ToolPorts,
  proposals: ProposalDocuments,
  { input, tokenizationOptions }: vscode.LanguageModelToolInvocationOptions<ToolInput>,
  token: vscode.CancellationToken,
): Promise<vscode.LanguageModelToolResult> {
  const stop = new AbortController();
  const listener = token.onCancellationRequested(() => stop.abort(new vscode.CancellationError()));
  try {
    const toolbox = new Toolbox(ports);
    const room = Math.min(mostCharacters, (tokenizationOptions?.tokenBudget ?? mostCharacters) * charactersPerToken);
    const call = { id: name, name: name.slice(toolPrefix.length), input: JSON.stringify(input ?? {}) };
    const { content } = await toolbox.call(call, room, stop.signal);
    // One that went back is for the model alone.
    const shown = toolbox.records[0]?.refused === undefined ? toolbox.proposals : [];
    for (const proposal of shown) await proposals.show(proposal);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(content)]);
  } finally {
    listener.dispose();
  }
}
