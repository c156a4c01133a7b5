import * as vscode from 'vscode';
import { lentModelError } from '../../copilot/providers/failures.ts';
import type { Message, Model, ModelError, Piece, Tool } from '../../copilot/providers/model.ts';
import { asEditorMessages, asEditorTool } from './editor-messages.ts';

/** Characters that a token is worth at least, so that what is sent fits also where a tokenizer is mean. */
const charactersPerToken = 3;
/** Tokens left for the question, what came before it, and the answer. */
const reserve = 0.4;

/** One of the language models that VS Code offers, from Copilot or another extension. Asking it shows VS Code's own question for consent, once. */
export function editorModel(chosen: vscode.LanguageModelChat): Model {
  return {
    name: chosen.name,
    budget: Math.max(4000, Math.floor(chosen.maxInputTokens * charactersPerToken * (1 - reserve))),
    stream: (messages, tools, signal) => stream(chosen, messages, tools ?? [], signal),
  };
}

/** The model that a setting names by id, family or name; the first there is where it names none. Undefined where there is none. */
export async function findEditorModel(wanted: string): Promise<vscode.LanguageModelChat | undefined> {
  const models = await vscode.lm.selectChatModels({});
  if (wanted === '') return models[0];
  const said = wanted.toLowerCase();
  return models.find(({ id, family, name }) => [id, family, name].some((one) => one.toLowerCase() === said));
}

async function* stream(
  chosen: vscode.LanguageModelChat,
  messages: readonly Message[],
  tools: readonly Tool[],
  signal: AbortSignal,
): AsyncIterable<Piece> {
  const source = new vscode.CancellationTokenSource();
  const cancel = () => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    const response = await chosen.sendRequest(
      asEditorMessages(messages),
      { justification: 'Runwright answers your question.', ...(tools.length === 0 ? {} : { tools: tools.map(asEditorTool) }) },
      source.token,
    );
    let calls = 0;
    for await (const part of response.stream) {
      signal.throwIfAborted();
      if (part instanceof vscode.LanguageModelTextPart) yield { kind: 'text', text: part.value };
      if (!(part instanceof vscode.LanguageModelToolCallPart)) continue;
      calls += 1;
      yield { kind: 'tool-call', id: part.callId, name: part.name, input: JSON.stringify(part.input) ?? '' };
    }
    yield { kind: 'end', reason: calls > 0 ? 'tool-calls' : 'stop' };
  } catch (error) {
    // Cancelled by us: the caller knows why.
    signal.throwIfAborted();
    throw asModelError(error, chosen.name);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

function asModelError(error: unknown, model: string): ModelError {
  const code = error instanceof vscode.LanguageModelError ? error.code : '';
  const { NoPermissions, NotFound, Blocked } = vscode.LanguageModelError;
  const kind = code === NoPermissions.name ? 'consent' : code === NotFound.name ? 'none' : code === Blocked.name ? 'blocked' : 'failed';
  return lentModelError(kind, model, error instanceof Error ? error.message : String(error));
}
