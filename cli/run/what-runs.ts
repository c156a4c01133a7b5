import type { ApprovalView } from '../../protocol/run.ts';
import { indent, localTime, valueText } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { oneLine, plainText } from '../lib/safe-text.ts';

/** A question as a person decides by it: all that would run, without colours or control characters of its own. */
export function whatRuns(io: Io, approval: ApprovalView): string[] {
  const { request, step, stepName, message, risk, digest, reason } = approval;
  const lines = [
    io.errStyle('bold', `${step}${stepName === undefined ? '' : ` · ${oneLine(stepName)}`}`),
    indent(plainText(message), '  '),
    `  risk ${risk}, asked for by ${reason === 'author' ? 'the runbook' : 'the policy'}, digest ${digest.slice(0, 12)}`,
  ];
  if (request.kind === 'gate') {
    if (request.with === undefined) return [...lines, '  Nothing is run by this step: the run goes on after it.'];
    return [...lines, '  Opens what is inside it, or goes on, with:', ...values(io, request.with)];
  }
  if (request.kind === 'script') {
    if (request.action !== undefined) lines.push(`  The script of the action ${oneLine(request.action)}.`);
    lines.push(
      `  Runs with ${oneLine(request.shell ?? 'a shell')} on ${oneLine(request.target)} in ${oneLine(request.workingDirectory ?? '')}:`,
    );
    lines.push(indent(plainText((request.script ?? '').replace(/\n$/, '')), io.errStyle('dim', '  │ ')));
  } else {
    lines.push(`  Runs ${oneLine(request.action ?? '')} on ${oneLine(request.target)} with:`);
    lines.push(...values(io, request.with ?? {}));
    if (request.retryWith !== undefined) lines.push('  When it is tried again, with these instead:', ...values(io, request.retryWith));
  }
  if (request.settings !== undefined) lines.push('  With these settings of the workspace:', ...values(io, { settings: request.settings }));
  if (request.connection !== undefined) lines.push(`  ${oneLine(request.target)} is:`, ...values(io, request.connection));
  const env = Object.entries(request.env);
  if (env.length > 0)
    lines.push('  With these variables:', ...env.map(([name, value]) => `${io.errStyle('dim', '  │ ')}${oneLine(name)}=${oneLine(value)}`));
  return lines;
}

const values = (io: Io, all: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(all).map(([name, value]) => `${io.errStyle('dim', '  │ ')}${oneLine(name)}: ${oneLine(valueText(value))}`);

/** What else is known of a question. */
export function details({ run, runbook, file, line, digest, requestedAt, expiresAt, approvers, min, given }: ApprovalView): string[] {
  const who = [
    ...(approvers === undefined ? [] : [`  for      ${approvers.map(oneLine).join(', ') || 'nobody who is known'}`]),
    ...(min === undefined ? [] : [`  needs    ${min} people; so far ${given?.map(oneLine).join(', ') || 'none'}`]),
  ];
  return [
    `  run      ${run} of ${oneLine(runbook)}`,
    `  place    ${oneLine(file)}:${line}`,
    `  digest   ${digest}`,
    `  asked    ${localTime(requestedAt)}`,
    expiresAt === undefined ? '  expires  never' : `  expires  ${localTime(expiresAt)}, and then counts as rejected`,
    ...who,
  ];
}
