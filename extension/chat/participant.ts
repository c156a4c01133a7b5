import * as vscode from 'vscode';
import { type Answer, ask, type Exchange } from '../../copilot/ask.ts';
import type { Sources } from '../../copilot/context/ports.ts';
import type { ToolPorts } from '../../copilot/tools/ports.ts';
import type { CallRecord } from '../../copilot/tools/toolbox.ts';
import { editorModel } from './editor-model.ts';
import type { ProposalDocuments } from './proposals.ts';

/** The participant's commands, as the manifest declares them, and the question that each asks when nothing more is said. */
const participantCommands = {
  explain: 'Why did the last run fail, and what should I do?',
  fix: 'What change to this runbook would fix its last failure?',
  generate: 'Write a runbook for this',
  run: 'Run this runbook',
} as const satisfies Readonly<Record<string, string>>;

/** `@runwright` in VS Code's own Chat: the same loop and the same context as the chat view, answered by the model chosen there. */
export async function answerInChat(
  sources: Sources,
  tools: Omit<ToolPorts, 'sources'>,
  proposals: ProposalDocuments,
  request: vscode.ChatRequest,
  context: vscode.ChatContext,
  response: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const stop = new AbortController();
  const listener = token.onCancellationRequested(() => stop.abort());
  try {
    const answer = await ask({
      text: questionOf(request),
      sources,
      tools,
      model: editorModel(request.model),
      history: historyOf(context),
      signal: stop.signal,
      onContext: ({ blocks, notes }) => {
        const given = blocks.map(({ heading }) => heading.replace(/^#+\s*/, '')).join(', ');
        response.progress(given === '' ? 'Nothing of the workspace is given' : `Given: ${given}`);
        for (const note of notes) response.progress(note);
      },
      onText: (text) => response.markdown(text),
      onStatus: (text) => response.progress(text),
      onCall: (record) => tellCall(record, response),
    });
    for (const proposal of answer.proposals ?? []) await proposals.show(proposal);
    if (answer.kind === 'action' && answer.toolCalls === undefined) response.button({ command: 'runwright.run', title: 'Run Runbook' });
    return resultOf(answer);
  } catch (error) {
    if (stop.signal.aborted) return {};
    throw error;
  } finally {
    listener.dispose();
  }
}

/** VS Code folds progress away; what was refused, and a run that waits now, stays in sight. */
function tellCall({ name, summary, refused }: CallRecord, response: vscode.ChatResponseStream): void {
  const text = (refused === undefined ? summary : `${summary}: not done. ${refused}`).replaceAll(/\s+/g, ' ');
  if (refused === undefined && name !== 'request_run') response.progress(text);
  else response.markdown(new vscode.MarkdownString('\n\n> ').appendText(text).appendMarkdown('\n\n'));
}

/** Nothing that runs: words to go on with. */
export function followUps(result: vscode.ChatResult): vscode.ChatFollowup[] {
  if (result.metadata?.kind !== 'question') return [];
  const step: unknown = result.metadata.step;
  return [
    ...(typeof step === 'string' ? [{ prompt: `What does step ${step} do?`, label: `What does ${step} do?` }] : []),
    { prompt: '', command: 'fix', label: 'How do I fix it?' },
  ];
}

function questionOf({ command, prompt }: vscode.ChatRequest): string {
  const usual =
    command !== undefined && Object.hasOwn(participantCommands, command) ? participantCommands[command as 'explain'] : undefined;
  const said = prompt.trim();
  if (usual === undefined) return said === '' ? participantCommands.explain : said;
  return said === '' ? usual : `${usual.replace(/[.?]$/, '')}: ${said}`;
}

function historyOf({ history }: vscode.ChatContext): Exchange[] {
  const exchanges: { question: string; answer: string }[] = [];
  for (const turn of history) {
    if (turn instanceof vscode.ChatRequestTurn) exchanges.push({ question: turn.prompt, answer: '' });
    else {
      const last = exchanges.at(-1);
      if (!last) continue;
      for (const part of turn.response) if (part instanceof vscode.ChatResponseMarkdownPart) last.answer += part.value.value;
    }
  }
  return exchanges;
}

function resultOf({ kind, problem, diagnosis }: Answer): vscode.ChatResult {
  const metadata = { kind, ...(diagnosis === undefined ? {} : { step: diagnosis.step }) };
  return problem === undefined ? { metadata } : { metadata, errorDetails: { message: `${problem.message} ${problem.remedy}` } };
}
