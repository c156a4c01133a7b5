import * as vscode from 'vscode';
import type { Acting } from '../../copilot/act.ts';
import { type Answer, ask, type Exchange } from '../../copilot/ask.ts';
import type { Sources } from '../../copilot/context/ports.ts';
import type { ToolPorts } from '../../copilot/tools/ports.ts';
import type { CallRecord } from '../../copilot/tools/toolbox.ts';
import { answeredBy, byRules, nextWords, planMarkdown, proposalMarkdown, questionOf } from './commands.ts';
import { editorModel } from './editor-model.ts';
import { type Offers, reviewCommand } from './offers.ts';
import type { ProposalDocuments } from './proposals.ts';

export interface ParticipantPorts {
  readonly sources: Sources;
  readonly tools: Omit<ToolPorts, 'sources'>;
  readonly proposals: ProposalDocuments;
  readonly offers: Offers;
  readonly acting: Omit<Acting, 'pending'>;
}

/**
 * `@runwright` in VS Code's own Chat: the same loop and the same context as the chat view, answered by the model chosen there.
 * It shows and offers; what is applied or carried out, a person decides on in the chat view.
 */
export async function answerInChat(
  ports: ParticipantPorts,
  request: vscode.ChatRequest,
  context: vscode.ChatContext,
  response: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const stop = new AbortController();
  const listener = token.onCancellationRequested(() => stop.abort());
  const { sources, tools } = ports;
  const question = questionOf(request.command, request.prompt);
  let streamed = false;
  try {
    const answer = await ask({
      text: question,
      sources,
      tools,
      // Of the other commands' words none is a request to act.
      ...(request.command === undefined || request.command === 'run' ? { acting: ports.acting } : {}),
      model: editorModel(request.model),
      history: historyOf(context),
      signal: stop.signal,
      onContext: ({ blocks, notes }) => {
        streamed = true;
        const given = blocks.map(({ heading }) => heading.replace(/^#+\s*/, '')).join(', ');
        response.progress(given === '' ? 'Nothing of the workspace is given' : `Given: ${given}`);
        for (const note of notes) response.progress(note);
      },
      onText: (text) => {
        // What the rules say of a plan is said below, with its risk and what it touches.
        if (streamed) response.markdown(text);
      },
      onStatus: (text) => response.progress(text),
      onCall: (record) => tellCall(record, response),
    });
    if (!streamed && answer.plan === undefined && answer.answer !== undefined) response.markdown(answer.answer);
    const extra = await byRules(request.command, request.prompt, answer, { ...tools, sources });
    if (extra !== undefined) response.markdown(`\n\n${extra.text}\n\n`);
    await offer(ports, question, answer, extra, response);
    return resultOf(answer, request.command);
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

async function offer(
  { offers, proposals, tools }: ParticipantPorts,
  question: string,
  answer: Answer,
  extra: Awaited<ReturnType<typeof byRules>>,
  response: vscode.ChatResponseStream,
): Promise<void> {
  const proposed = [...(answer.proposals ?? []), ...(extra?.proposals ?? [])];
  const { plan } = answer;
  const model = answeredBy(answer, extra);
  if (proposed.length > 0) {
    for (const proposal of proposed) {
      response.markdown(`\n\n${proposalMarkdown(proposal)}`);
      await proposals.show(proposal);
    }
    const id = offers.keep({ question, model, proposals: proposed });
    response.button({ command: reviewCommand, title: 'Review and Apply in the Copilot', arguments: [id] });
  }
  if (plan !== undefined) {
    response.markdown(`\n\n${await planMarkdown(plan, tools)}`);
    const id = offers.keep({ question, model, plan });
    const title = plan.missing.length > 0 ? 'Answer in the Copilot' : 'Review and Execute in the Copilot';
    response.button({ command: reviewCommand, title, arguments: [id] });
  } else if (answer.kind === 'action' && answer.toolCalls === undefined)
    response.button({ command: 'runwright.run', title: 'Run Runbook' });
}

/** Nothing that runs: words to go on with. */
export const followUps = (result: vscode.ChatResult): vscode.ChatFollowup[] => nextWords(result.metadata);

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

function resultOf({ kind, problem, diagnosis }: Answer, command: string | undefined): vscode.ChatResult {
  const metadata = { kind, ...(command === undefined ? {} : { command }), ...(diagnosis === undefined ? {} : { step: diagnosis.step }) };
  return problem === undefined ? { metadata } : { metadata, errorDetails: { message: `${problem.message} ${problem.remedy}` } };
}
