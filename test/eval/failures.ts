import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Answer } from '../../copilot/ask.ts';
import type { Json } from '../../runbook/core/json.ts';
import { Sandbox } from '../cli/support.ts';
import { isHeldOut, type Outcome, readCases, yamlFilesOf } from './case.ts';
import { type Servers, startServers } from './servers.ts';

interface Failing {
  readonly name: string;
  readonly class: string;
  /** Classes that are as good. */
  readonly or?: readonly string[];
  readonly step: string;
  /** What cause or remedies must have in them, whatever the case of letters, alternatives with `|`; `*`: nothing in particular. */
  readonly mentions: readonly string[];
  /** "Propose a fix" must propose a change of the runbook. */
  readonly edit?: boolean;
  readonly needs?: string;
  readonly secrets?: readonly string[];
  /** The key of the secret store does not fit. */
  readonly locked?: boolean;
  readonly steps?: Json;
  readonly verify?: Json;
  readonly targets?: Json;
  /** In place of steps: one statement on the server that `needs` names. */
  readonly query?: string;
  readonly execute?: string;
  readonly timeout?: string;
  readonly target?: Readonly<Record<string, string | number | boolean>>;
}

/** Every runbook is run by a real engine against real servers, and then asked about as a person does at a terminal. */
export async function judgeFailures(only?: (name: string) => boolean): Promise<Outcome[]> {
  const servers = await startServers();
  const sandbox = new Sandbox(await mkdtemp(join(tmpdir(), 'runwright-eval-')));
  const outcomes: Outcome[] = [];
  try {
    for (const file of yamlFilesOf('failures'))
      for (const [index, value] of readCases(`failures/${file}`).entries()) {
        const failing = value as Failing;
        if (only !== undefined && !only(failing.name)) continue;
        // A program that not every machine has.
        if (failing.needs === 'sudo' && !existsSync('/usr/bin/sudo')) continue;
        const name = `${file.replace('.yaml', '')}-${index}`;
        const wrong = failing.locked ? await locked(failing, servers) : await judge(failing, name, servers, sandbox);
        outcomes.push({
          group: `runs: ${file.replace('.yaml', '')}`,
          name: failing.name,
          heldOut: isHeldOut(index),
          ...(wrong === undefined
            ? {}
            : { miss: { expected: `${failing.class} at ${failing.step}, with ${failing.mentions.join(', ')}`, got: wrong } }),
        });
      }
  } finally {
    await sandbox.dispose();
    await servers.stop();
  }
  return outcomes;
}

async function locked(failing: Failing, servers: Servers): Promise<string | undefined> {
  const sandbox = new Sandbox(await mkdtemp(join(tmpdir(), 'runwright-eval-')));
  try {
    await sandbox.run(['secrets', 'set', 'shop_token'], { input: 'a-token-of-tests' });
    await sandbox.run(['engine', 'stop']);
    const key = join(sandbox.state, 'secrets.key');
    if (!existsSync(key)) return 'there is no key to exchange';
    writeFileSync(key, '00'.repeat(32));
    return await judge(failing, 'locked', servers, sandbox);
  } finally {
    await sandbox.dispose();
  }
}

async function judge(failing: Failing, name: string, servers: Servers, sandbox: Sandbox): Promise<string | undefined> {
  const file = await sandbox.write(`${name}.runbook.yaml`, runbookOf(failing, servers));
  const run = await sandbox.run(['run', file, '--json', '--approve', 'all']);
  const last = lastLine<{ id?: string; status?: string }>(run.stdout);
  if (last?.id === undefined) return `no run: ${(run.stderr + run.stdout).slice(0, 500)}`;
  // A run whose secret store is locked waits for its key.
  if (last.status !== 'failed' && last.status !== 'paused') return `the run is ${last.status}`;
  const asked = await sandbox.run(['ask', 'Why did this fail?', '--run', last.id, '--file', file, '--offline', '--json']);
  const found = lastLine<Answer>(asked.stdout)?.diagnosis;
  if (found === undefined) return `no diagnosis: ${(asked.stderr + asked.stdout).slice(0, 500)}`;
  const words = [found.cause, ...found.remedies].join('\n');
  const lacks = failing.mentions.filter(
    (mention) => mention !== '*' && !mention.split('|').some((part) => words.toLowerCase().includes(part.toLowerCase())),
  );
  const right = [failing.class, ...(failing.or ?? [])].includes(found.class) && found.step === failing.step;
  if (!right || lacks.length > 0) return `${found.class} at ${found.step}: ${words}\nevidence: ${found.evidence}`;
  if (!failing.edit) return undefined;
  const fixed = await sandbox.run(['ask', 'Propose a fix', '--run', last.id, '--file', file, '--offline', '--json']);
  const answer = lastLine<Answer>(fixed.stdout);
  return answer?.proposals?.some(({ kind }) => kind === 'edit') ? undefined : `no proposal: ${answer?.answer}`;
}

function runbookOf(failing: Failing, { names, postgres, mysql }: Servers): string {
  const { name, secrets, verify, targets, query, execute, timeout } = failing;
  const server = failing.needs === 'mysql' ? mysql : postgres;
  const statement = query ?? execute;
  const text = stringify({
    runbook: 'v1',
    name,
    ...(secrets && { secrets }),
    ...(statement === undefined ? targets && { targets } : { targets: { db: server.target(failing.target) } }),
    steps:
      statement === undefined
        ? failing.steps
        : [
            {
              id: 'q',
              target: 'db',
              uses: query === undefined ? 'sql/execute' : 'sql/query',
              ...(timeout && { timeout }),
              with: { query: statement },
            },
          ],
    ...(verify && { verify }),
  });
  return text
    .replace(/"<([A-Z_]+)>"/g, (whole, key: string) =>
      /^\d+$/.test(names[key] ?? '') ? (names[key] ?? whole) : JSON.stringify(names[key]),
    )
    .replace(/<([A-Z_]+)>/g, (whole, key: string) => names[key] ?? whole);
}

/** One object over many lines, or the last of many with one each. */
function lastLine<T>(stdout: string): T | undefined {
  for (const text of [stdout, stdout.trim().split('\n').at(-1) ?? ''])
    try {
      return JSON.parse(text) as T;
    } catch {
      // Not this one.
    }
  return undefined;
}
