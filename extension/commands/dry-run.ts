import type * as vscode from 'vscode';
import { planLines } from '../../client/plan-text.ts';
import type { Services } from '../services.ts';
import { recordOf } from './arguments.ts';
import type { Handler } from './handler.ts';
import { chooseRunbook, savedRunbook } from './runbooks.ts';
import { askFor, environment } from './start.ts';

/** Dry Run: what each step would do, as a read-only document; a folder that nobody trusts may be looked at too. With `{ file, inputs }` nothing is asked. Returns the text. */
export const dryRun: Handler = async (services, argument) => {
  const title = 'Dry Run';
  const uri = await chooseRunbook(argument, title);
  if (!uri) return undefined;
  const document = await savedRunbook(uri);
  const inputs = recordOf(argument, 'inputs') ?? (await inputsFor(services, document.uri, title));
  if (!inputs) return undefined;
  const engine = await services.engine();
  const plan = await engine.dryRun({ file: document.uri.fsPath, inputs: { ...inputs }, via: 'vscode', env: environment() });
  const text = `${planLines(plan).join('\n')}\n`;
  await services.showText(`Dry run of ${plan.runbook.replaceAll('/', ' ')}.txt`, text);
  return text;
};

/** Secrets need no value for that: only their names are shown. */
async function inputsFor(services: Services, uri: vscode.Uri, title: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  return (await askFor(services, uri, { title, uri }, false))?.inputs;
}
