import * as vscode from 'vscode';
import type { StartRun } from '../../protocol/api.ts';
import type { Outline, OutlineInput } from '../../protocol/lsp.ts';
import type { RunDetail } from '../../protocol/run.ts';
import { missingOutputs, Refusal } from '../engine/problem.ts';
import { askInputs, type Given } from '../inputs/ask.ts';
import { askInTurn, askText } from '../inputs/prompts.ts';
import { lastValues } from '../inputs/remember.ts';
import { storeSecret } from '../inputs/secrets.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { savedRunbook } from './runbooks.ts';

export interface Start {
  readonly title: string;
  readonly uri: vscode.Uri;
  /** This step alone. */
  readonly step?: string;
  /** Given by a task or a test: then nothing is asked. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly given?: StartRun['given'];
}

/** From a person's wish to a run in the journal. Resolves to undefined when they gave up on the way: then nothing has started. */
export async function startRun(services: Services, start: Start): Promise<RunDetail | undefined> {
  if (!(await requireTrust('run anything'))) return undefined;
  const document = await savedRunbook(start.uri);
  const file = document.uri.fsPath;
  const asked = start.inputs ? { inputs: start.inputs, secrets: {} } : await askFor(services, document.uri, start);
  if (!asked) return undefined;
  const engine = await services.engine();
  for (const [name, value] of Object.entries(asked.secrets)) if (!(await storeSecret(engine, name, value))) return undefined;
  const inFolder = vscode.workspace.getWorkspaceFolder(document.uri) !== undefined;
  const request: StartRun = {
    file,
    inputs: { ...asked.inputs },
    ...(start.step === undefined ? {} : { step: start.step }),
    ...(start.given ? { given: start.given } : {}),
    via: 'vscode',
    // A file opened by itself belongs to no folder the engine was told about; VS Code has asked about it.
    ...(inFolder ? {} : { trustOnce: true }),
    env: environment(),
  };
  const detail = await send(services, request, start);
  if (!detail) return undefined;
  services.store.put(detail);
  if (!start.inputs) {
    const last = lastValues(services.context.workspaceState);
    // One step alone was asked for a part of them only.
    await last.keep(file, start.step === undefined ? asked.inputs : { ...last.of(file), ...asked.inputs });
    await services.showOutput(detail.id, { preserveFocus: true });
    await revealSteps(services, document, start.step);
  }
  return detail;
}

/** Once, at the start: the marks that follow stand behind the steps' lines. */
async function revealSteps(services: Services, document: vscode.TextDocument, step?: string): Promise<void> {
  const editor = vscode.window.visibleTextEditors.find((item) => item.document === document);
  const steps = (await services.language.outline(document.uri))?.steps ?? [];
  const first = step === undefined ? steps[0] : steps.find((item) => item.path === step);
  if (!editor || !first) return;
  // At the top, because the terminal is about to take the editor's lower half.
  const line = Math.max(0, first.range.start.line - 1);
  editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.AtTop);
}

/** The inputs, and the values of secrets that have none yet where those are wanted. Undefined when the person gave up. */
export async function askFor(services: Services, uri: vscode.Uri, start: Start, secrets = true): Promise<Given | undefined> {
  const outline = await outlineOf(services, uri);
  const needs = outline.steps.find((step) => start.step !== undefined && step.path === start.step)?.needs;
  const missing = (secrets ? await missingSecrets(services, outline) : []).filter((name) => needs?.secrets.includes(name) ?? true);
  // One step alone is asked for what it refers to, and for what no run starts without.
  const inputs: readonly OutlineInput[] = outline.inputs.filter((input) => input.required || (needs?.inputs.includes(input.name) ?? true));
  const last = lastValues(services.context.workspaceState).of(uri.fsPath);
  return askInputs({
    title: start.title,
    inputs,
    secrets: missing,
    last,
    check: (input, value) => services.language.checkInput(uri, input, value),
  });
}

async function outlineOf(services: Services, uri: vscode.Uri): Promise<Outline> {
  const outline = await services.language.outline(uri);
  if (outline) return outline;
  throw new Refusal(
    'The language server does not answer, so the inputs of the runbook are not known.',
    'Run "Runwright: Restart Language Server" and try again.',
  );
}

async function missingSecrets(services: Services, outline: Outline): Promise<string[]> {
  if (outline.secrets.length === 0) return [];
  const stored = new Set(await (await services.engine()).secretNames());
  return outline.secrets.filter((name) => !stored.has(name));
}

/** Starts the run; one step alone may lack what earlier steps gave, which is then asked for. */
async function send(services: Services, request: StartRun, start: Start): Promise<RunDetail | undefined> {
  const engine = await services.engine();
  try {
    return await engine.start(request);
  } catch (error) {
    const missing = missingOutputs(error);
    if (!missing || missing.length === 0 || start.given || start.inputs) throw error;
    const values = await askInTurn<string>(
      missing.map(
        ({ step, output }) =>
          (place: { step: number; total: number }, earlier: string | undefined) =>
            askText(
              { ...place, title: `${start.title}: ${step}.${output}` },
              {
                prompt: `The step refers to the output ${output} of ${step}, and no earlier run has it. Which value should it see?`,
                value: earlier,
                check: async () => undefined,
              },
            ),
      ),
    );
    if (!values) return undefined;
    const given: Record<string, Record<string, unknown>> = {};
    for (const [index, { step, output }] of missing.entries()) given[step] = { ...given[step], [output]: values[index] ?? '' };
    return engine.start({ ...request, given });
  }
}

/** What scripts may see of it is decided by the engine's allow list. */
export function environment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
