import type { ApprovalView, RequestView } from '../../protocol/run.ts';
import { visible } from '../../protocol/visible.ts';

export { visible };

/** What an approval would run, as a person reads it before deciding. Everything in it may come from outside: it is shown, never interpreted. */
export interface Description {
  readonly headline: string;
  /** Plain text; `hidden` says how many of its lines were left out. */
  readonly detail: string;
  readonly hidden: number;
}

/** A modal dialog does not scroll everywhere: longer requests are cut and can be opened in full. */
const dialogLines = 30;
const dialogColumns = 400;

export function describe(approval: ApprovalView, limit = dialogLines): Description {
  const lines = fullText(approval).split('\n');
  const shown = lines
    .slice(0, limit)
    .map((line) =>
      line.length > dialogColumns ? `${line.slice(0, dialogColumns)} … (${line.length - dialogColumns} more characters)` : line,
    );
  const cut = shown.some((line, index) => line !== lines[index]);
  return { headline: headline(approval), detail: shown.join('\n'), hidden: Math.max(lines.length - shown.length, cut ? 1 : 0) };
}

export function headline(approval: ApprovalView): string {
  const step = visible(approval.stepName ?? approval.step, 'line');
  const runbook = visible(approval.runbook, 'line');
  return approval.kind === 'unknown-outcome'
    ? `What became of the step “${step}” of “${runbook}”?`
    : `Run the step “${step}” of “${runbook}”?`;
}

/** Everything a person decides by, as plain text. */
export function fullText(approval: ApprovalView): string {
  const parts = [visible(approval.message), facts(approval).join('\n'), requestText(approval.request)];
  return parts.filter((part) => part.trim() !== '').join('\n\n');
}

function facts(approval: ApprovalView): string[] {
  const why = approval.reason === 'author' ? 'the runbook asks for it' : 'the approval policy asks for it';
  return [
    `Risk: ${approval.risk} (${why})`,
    `Target: ${visible(approval.request.target, 'line')}`,
    `File: ${visible(approval.file, 'line')}:${approval.line}`,
    ...approverLines(approval),
    ...(approval.expiresAt ? [`Expires: ${approval.expiresAt}`] : []),
  ];
}

function approverLines(approval: ApprovalView): string[] {
  const { approvers, unresolved, min, given, escalatedAt } = approval;
  const names = (list: readonly string[]) => list.map((name) => visible(name, 'line')).join(', ');
  return [
    ...(approvers ? [`May be approved by: ${names(approvers) || 'nobody who is known'}`] : []),
    ...(unresolved && unresolved.length > 0 ? [`Nobody is called: ${names(unresolved)} (people.yaml of the engine says who is who)`] : []),
    ...(min === undefined ? [] : [`Needs: ${min} people; approved so far: ${names(given ?? []) || 'nobody'}`]),
    ...(escalatedAt ? [`Escalated: ${escalatedAt}, since then others are asked too`] : []),
  ];
}

const jsonText = (value: unknown): string => visible(JSON.stringify(value, null, 2));

function requestText(request: RequestView): string {
  const where = request.workingDirectory ? [`In: ${visible(request.workingDirectory, 'line')}`] : [];
  const env = Object.entries(request.env).map(([name, value]) => `  ${visible(name, 'line')}=${visible(value, 'line')}`);
  const environment = env.length > 0 ? ['With the environment:', ...env] : [];
  const connection = request.connection ? [`${visible(request.target, 'line')} is:`, jsonText(request.connection)] : [];
  switch (request.kind) {
    case 'script':
      return [
        ...where,
        ...environment,
        `Script (${visible(request.shell ?? 'default shell', 'line')}):`,
        visible(request.script ?? ''),
        ...connection,
      ].join('\n');
    case 'action':
      return [
        `Action: ${visible(request.action ?? '', 'line')}`,
        ...where,
        ...environment,
        jsonText(request.with ?? {}),
        ...(request.retryWith ? ['When it is tried again, with these instead:', jsonText(request.retryWith)] : []),
        ...(request.settings === undefined ? [] : ['With these settings of the workspace:', jsonText(request.settings)]),
        ...connection,
      ].join('\n');
    case 'gate':
      return request.with === undefined ? '' : ['Opens what is inside it, or goes on, with:', jsonText(request.with)].join('\n');
  }
}

/** For a tooltip: fenced, so that nothing of it can become a link, an image or a command. */
export function describeMarkdown(approval: ApprovalView): string {
  return [`**${escapeMarkdown(headline(approval))}**`, fence(describe(approval).detail)].join('\n\n');
}

/** A fence that no line of `text` can close. */
export function fence(text: string, language = 'text'): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const mark = '`'.repeat(Math.max(3, longest + 1));
  return `${mark}${language}\n${text}\n${mark}`;
}

export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!<>|~&:$@]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}

/** For notifications, which turn `[text](command:…)` into a link that runs a command: text from outside must not become one. */
export function unlinked(text: string): string {
  return text.replace(/\](?=\()/g, '] ');
}
