import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { CreateChat } from '../chat-port.ts';
import { prepareTool, useTool } from '../lm/tools.ts';
import { onSettingChange } from '../settings.ts';
import { applyPorts } from './apply-ports.ts';
import { ContextDocument } from './context-document.ts';
import { ChatHistory } from './history.ts';
import { pickChat } from './history-picker.ts';
import { Offers, reviewCommand } from './offers.ts';
import { ChatPanel } from './panel.ts';
import { answerInChat, followUps } from './participant.ts';
import { ProposalDocuments } from './proposals.ts';
import { askKey, modelOf, providerView, testModel } from './provider.ts';
import { ChatSession } from './session.ts';
import { EditorDocuments, sourcesOf } from './sources.ts';
import { toolsOf } from './tools.ts';
import { earlierTimes, executionPorts } from './workspace.ts';

const stored = 'runwright.chats';
/** Milliseconds of quiet before the context is built again while somebody types. */
const quiet = 250;

/** Puts the chat together. */
export const createChat: CreateChat = (host) => {
  const { context } = host;
  const documents = new EditorDocuments();
  const proposals = new ProposalDocuments();
  const acting = { catalog: () => toolsOf(host, documents).language.actions() };
  const offers = new Offers();
  const history = new ChatHistory({
    load: () => context.workspaceState.get(stored),
    save: (value) => void context.workspaceState.update(stored, value),
    newId: () => randomUUID(),
    now: () => Date.now(),
  });
  const session = new ChatSession({
    load: () => history.load(),
    save: (value) => history.store(value, value.turns[0]?.question),
    sources: (run) => sourcesOf(host, documents, run),
    tools: toolsOf(host, documents),
    apply: applyPorts(host, proposals),
    model: () => modelOf(context.secrets),
    provider: () => providerView(context.secrets),
    post: (message) => panel.post(message),
    newId: () => randomUUID(),
    acting,
    execution: executionPorts(host),
    earlier: async () => earlierTimes(await host.engine()),
  });
  const panel = new ChatPanel(host, session);
  const sent = new ContextDocument(session);

  let timer: NodeJS.Timeout | undefined;
  // Only for eyes that are there: a hidden view asks again when it is shown.
  const changed = () => {
    clearTimeout(timer);
    if (panel.visible) timer = setTimeout(() => void session.refresh(), quiet);
  };
  const disposables: vscode.Disposable[] = [
    documents,
    proposals,
    panel,
    sent,
    documents.onChange(changed),
    new vscode.Disposable(host.onRunsChanged?.(changed) ?? (() => undefined)),
    ...(['ai.provider', 'ai.baseUrl', 'ai.model', 'ai.vscodeModel'] as const).map((key) =>
      onSettingChange(key, () => void session.showProvider()),
    ),
    vscode.lm.onDidChangeChatModels(() => void session.showProvider()),
    new vscode.Disposable(() => clearTimeout(timer)),
    vscode.commands.registerCommand(reviewCommand, async (id: unknown) => {
      const offer = offers.get(id);
      if (offer === undefined) {
        void vscode.window.showInformationMessage('That answer is too old to go on with. Ask again.');
        return;
      }
      await panel.reveal();
      await session.receive(offer);
    }),
  ];

  return {
    resolve: (view) => panel.resolve(view),
    async openChat(request) {
      await panel.reveal();
      if (request?.run !== undefined) await session.useRun(request.run);
      if (request?.ask !== undefined) await session.ask(request.ask);
      else panel.post({ kind: 'focus' });
    },
    newChat: async () => {
      await session.switchTo(() => history.begin());
      panel.post({ kind: 'focus' });
    },
    async chatHistory() {
      await panel.reveal();
      pickChat(history, {
        open: async (id) => {
          if (id !== history.current) await session.switchTo(() => history.open(id));
          panel.post({ kind: 'focus' });
        },
        delete: async (id) => {
          if (id === history.current) await session.switchTo(() => history.delete(id));
          else history.delete(id);
        },
      });
    },
    answer: (request, context, response, token) =>
      answerInChat(
        { sources: sourcesOf(host, documents, undefined), tools: toolsOf(host, documents), proposals, offers, acting },
        request,
        context,
        response,
        token,
      ),
    followUps,
    prepareTool,
    useTool: (name, options, token) =>
      useTool(name, { ...toolsOf(host, documents), sources: sourcesOf(host, documents, undefined) }, proposals, options, token),
    showContext: () => sent.show(),
    testModel: () => testModel(context.secrets),
    async setApiKey() {
      if (await askKey(context.secrets)) await session.showProvider();
    },
    dispose() {
      void session.stop();
      for (const disposable of disposables) disposable.dispose();
    },
  };
};
