import * as vscode from 'vscode';
import { checkModel } from '../../copilot/providers/check.ts';
import { lentModelError } from '../../copilot/providers/failures.ts';
import { type Model, ModelError } from '../../copilot/providers/model.ts';
import { hostOf, openAiModel } from '../../copilot/providers/openai.ts';
import type { ProviderKind, ProviderView } from '../../protocol/chat.ts';
import { Refusal } from '../engine/problem.ts';
import { setting } from '../settings.ts';
import { editorModel, findEditorModel } from './editor-model.ts';

/** A key belongs to one server: a setting that points elsewhere does not take it along. */
const keyName = () => `runwright.ai.key:${originOf(setting('ai.baseUrl'))}`;

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

export async function providerView(secrets: vscode.SecretStorage): Promise<ProviderView> {
  const kind = setting('ai.provider');
  if (kind === 'offline') return { kind, label: 'Offline rules', hasKey: false };
  if (kind === 'vscode') {
    const found = await findEditorModel(setting('ai.vscodeModel'));
    return {
      kind,
      label: found?.name ?? 'no model',
      endpoint: found === undefined ? 'VS Code' : `VS Code (${found.vendor})`,
      hasKey: true,
    };
  }
  return {
    kind: 'openai',
    label: setting('ai.model'),
    endpoint: hostOf(setting('ai.baseUrl')),
    hasKey: (await secrets.get(keyName())) !== undefined,
  };
}

/** The model of the settings; undefined for the offline rules. Rejects with a ModelError where VS Code has no such model. */
export async function modelOf(secrets: vscode.SecretStorage): Promise<Model | undefined> {
  const kind = setting('ai.provider');
  if (kind === 'offline') return undefined;
  if (kind === 'vscode') {
    const wanted = setting('ai.vscodeModel');
    const found = await findEditorModel(wanted);
    if (found === undefined) throw lentModelError('none', wanted === '' ? 'any model' : wanted, '');
    return editorModel(found);
  }
  const baseUrl = setting('ai.baseUrl');
  const key = await secrets.get(keyName());
  return openAiModel({ baseUrl, model: setting('ai.model'), ...(key === undefined ? {} : { key }) });
}

/** Where the workspace has a value of its own, that one is changed: another would have no effect. */
export async function setProvider(kind: ProviderKind): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('runwright');
  const own = configuration.inspect('ai.provider')?.workspaceValue !== undefined;
  await configuration.update('ai.provider', kind, own ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

/** Asks for the key of the endpoint in the settings; an empty one removes it. */
export async function askKey(secrets: vscode.SecretStorage): Promise<boolean> {
  const host = hostOf(setting('ai.baseUrl'));
  const key = await vscode.window.showInputBox({
    title: `API key for ${host}`,
    prompt: 'Kept in VS Code’s secret storage and sent to this server only. Leave it empty to remove it.',
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return false;
  if (key.trim() === '') await secrets.delete(keyName());
  else await secrets.store(keyName(), key.trim());
  return true;
}

/** Milliseconds that a model has for its one word. */
const patience = 30_000;

/** Asks the chosen model for one word, with nothing of the workspace, and says how that went. */
export async function testModel(secrets: vscode.SecretStorage): Promise<void> {
  const model = await modelOf(secrets);
  if (model === undefined) {
    void vscode.window.showInformationMessage('The offline rules answer: there is no model to test. Choose one below the question.');
    return;
  }
  const { endpoint } = await providerView(secrets);
  const where = endpoint === undefined ? model.name : `${model.name} at ${endpoint}`;
  const took = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Asking ${where}`, cancellable: true },
    (_progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return checkModel(model, AbortSignal.any([stop.signal, AbortSignal.timeout(patience)])).catch((error: unknown) => {
        if (stop.signal.aborted) return undefined;
        if (error instanceof ModelError) throw new Refusal(error.problem.message, error.problem.remedy);
        throw new Refusal(
          `${where} did not answer within ${patience / 1000} s.`,
          'Look at the address in the settings, and whether the server runs.',
        );
      });
    },
  );
  if (took !== undefined) void vscode.window.showInformationMessage(`${where} answered in ${took} ms.`);
}
