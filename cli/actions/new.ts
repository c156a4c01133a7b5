import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ProblemError, problem } from '../../runbook/core/errors.ts';
import { exit } from '../lib/exit.ts';
import { usage } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import { oneLine } from '../lib/safe-text.ts';
import { knownActions, sharedFolder } from './known.ts';

/** Writes a file that can be used at once and says where what belongs; it never writes over one. */
export async function newAction(io: Io, name: string, options: { steps?: boolean; pack?: boolean }): Promise<number> {
  if (!/^[a-z][a-z0-9_-]*\/[a-z][a-z0-9_-]*$/.test(name))
    throw usage(
      'actions new',
      `An action's name is two words with a slash between, in small letters, such as edge/block; it was given ${JSON.stringify(name)}.`,
    );
  const known = knownActions().find(({ manifest }) => manifest.name === name);
  if (known !== undefined)
    throw usage('actions new', `There is an action ${name} already, ${known.file === undefined ? 'built in' : `in ${known.file}`}.`);
  const shared = sharedFolder() ?? join(process.cwd(), '.runwright');
  const [pack = '', action = ''] = name.split('/');
  const around = options.pack ? join(shared, 'packs', pack) : shared;
  const folder = join(around, 'actions');
  const file = join(folder, `${options.pack ? action : `${pack}-${action}`}.action.yaml`);
  try {
    await mkdir(folder, { recursive: true });
    if (options.pack) await writeFile(join(around, 'pack.yaml'), ofPack(pack), { flag: 'wx' }).catch(unlessThere);
    await writeFile(file, options.steps ? ofSteps(name) : ofScript(name), { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EEXIST') throw usage('actions new', `${file} is there already, under another name.`);
    throw new ProblemError(problem('file-unwritable', { file, why: code || String(error) }));
  }
  io.out(
    `${oneLine(relative(process.cwd(), file) || file)} is written. Fill it in, then try it: runwright actions test ${name} --input who=you\n`,
  );
  return exit.completed;
}

const unlessThere = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EEXIST') throw error;
};

const ofPack = (name: string) => `name: ${name}
version: 0.1.0
description: What the actions are for.

# What they need beyond the inputs that they are given; what is not named here is refused.
permissions:
  targets: [local]
  secrets: []
  network: []
`;

const head = (name: string) => `# Used as \`uses: ${name}\` by the runbooks beside and below the folder .runwright.

name: ${name}
description: Says hello. What it does, when it fails, and what it changes stand here.
# low: only reads. medium: easy to take back. high: hurts when wrong. critical: cannot be taken back.
risk: medium
# true: safe to do again when nobody knows whether it took effect.
idempotent: false

inputs:
  who: { type: string, required: true, description: Whom to greet. }
`;

const ofScript = (name: string) => `${head(name)}
outputs:
  greeting: { type: string, description: What was said. }

# A script reads each input from a variable, INPUT_ and its name in capitals (here INPUT_WHO),
# and writes each output to the file $RUNWRIGHT_OUTPUT. No expression is put into its text.
script: |
  greeting="Hello, $INPUT_WHO!"
  echo "$greeting"
  echo "greeting=$greeting" >> "$RUNWRIGHT_OUTPUT"

# How a rollback takes it back, where a step that uses it has no undo of its own: one step that sees
# the inputs, and the outputs as \`result\`.
undo:
  env: { GREETING: '\${{ result.greeting }}' }
  run: echo "Taken back, $GREETING"
`;

const ofSteps = (name: string) => `${head(name)}
outputs:
  greeting: { type: string, description: What was said., value: '\${{ steps.greet.outputs.stdout }}' }

# Steps as in a runbook. They see the inputs of the action and nothing of the runbook that uses it.
steps:
  - id: greet
    env: { WHO: '\${{ inputs.who }}' }
    run: echo "Hello, $WHO!"
    # A rollback takes back each step by its own undo.
    undo: { run: echo "Taken back" }
`;
