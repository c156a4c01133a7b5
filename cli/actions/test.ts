import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairs } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import { type RunOptions, runFile } from '../verbs/run.ts';
import { actionNamed, sharedFolder } from './known.ts';
import { type ActionInput, inputsOf } from './schema.ts';

interface Options extends Pick<RunOptions, 'input' | 'approve' | 'reject' | 'json'> {
  readonly target?: string;
}

/**
 * Runs a runbook whose only step, `test`, uses the action: inputs that are given or required are asked for as those of any runbook,
 * and the same approvals apply. The runbook's file lies beside the workspace's actions and targets for as long as it runs.
 */
export async function testAction(io: Io, name: string, { target, ...options }: Options): Promise<number> {
  const { manifest } = actionNamed(name);
  const given = pairs('--input', options.input);
  // What is misspelt is told by the run: its inputs are those of the action.
  const used = inputsOf(manifest).filter((input) => input.required || Object.hasOwn(given, input.name));
  const place = sharedFolder();
  const folder = mkdtempSync(place === undefined ? join(tmpdir(), 'runwright-test-') : join(place, '.test-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const file = join(folder, 'test.runbook.yaml');
    writeFileSync(file, runbookFor(name, used, target));
    return await runFile(io, file, options);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function runbookFor(name: string, inputs: readonly ActionInput[], target: string | undefined): string {
  const declared = inputs.map(({ name: input, type, description }) => [input, { type, required: true, description }] as const);
  const given = inputs.map(({ name: input }) => [input, `\${{ inputs['${input}'] }}`] as const);
  // JSON is YAML, too.
  return JSON.stringify({
    runbook: 'v1',
    name: `Test of ${name}`,
    ...(inputs.length === 0 ? {} : { inputs: Object.fromEntries(declared) }),
    steps: [
      {
        id: 'test',
        uses: name,
        ...(target === undefined ? {} : { target }),
        ...(inputs.length === 0 ? {} : { with: Object.fromEntries(given) }),
      },
    ],
  });
}
