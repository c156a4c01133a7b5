import * as vscode from 'vscode';
import type { Question } from '../chat-port.ts';
import { isNode } from '../views/nodes.ts';

// Commands are called from menus (a Uri or a tree element), from code lenses and notifications (a record of ours),
// from tasks and tests (a record by hand) and from the palette (nothing): here each shape becomes what it means.

export function fileOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  if (isNode(argument)) {
    if (argument.kind === 'runbook' || argument.kind === 'runbook-step') return argument.uri;
    if (argument.kind === 'run-step') return vscode.Uri.file(argument.branch.step.file ?? argument.run.file);
    if (argument.kind === 'run' || argument.kind === 'run-group') return vscode.Uri.file(argument.run.file);
    return undefined;
  }
  const file = field(argument, 'file');
  return file === undefined ? undefined : vscode.Uri.file(file);
}

export function stepOf(argument: unknown): string | undefined {
  if (isNode(argument)) {
    if (argument.kind === 'runbook-step') return argument.step.path;
    if (argument.kind === 'run-group') return argument.branch.id;
    return argument.kind === 'run-step' ? argument.branch.step.id : undefined;
  }
  return field(argument, 'step');
}

export function runOf(argument: unknown): string | undefined {
  if (isNode(argument)) {
    if (argument.kind === 'run' || argument.kind === 'run-step' || argument.kind === 'run-group') return argument.run.id;
    return argument.kind === 'question' ? argument.question.run : undefined;
  }
  return typeof argument === 'string' ? argument : field(argument, 'run');
}

export function questionOf(argument: unknown): Question | undefined {
  if (isNode(argument)) {
    if (argument.kind === 'question') return argument.question;
    if (argument.kind !== 'run-step') return undefined;
    const { run, branch } = argument;
    return run.approvals.find(({ status, step }) => status === 'pending' && step === branch.step.id);
  }
  const [run, step, digest] = [field(argument, 'run'), field(argument, 'step'), field(argument, 'digest')];
  return run !== undefined && step !== undefined && digest !== undefined ? { run, step, digest } : undefined;
}

/** A record of plain values given along by a task or a test, such as `inputs` and `given`. */
export function recordOf(argument: unknown, name: string): Record<string, unknown> | undefined {
  if (typeof argument !== 'object' || argument === null || isNode(argument)) return undefined;
  const value: unknown = Reflect.get(argument, name);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined;
}

export function field(argument: unknown, name: string): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const value: unknown = Reflect.get(argument, name);
  return typeof value === 'string' ? value : undefined;
}
