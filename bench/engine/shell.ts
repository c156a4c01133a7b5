// A shell step, a bare spawn of the same script, and what the supervisor alone costs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { openEngine, person } from './runtime.ts';
import { type Figure, figure, timed } from './stats.ts';

const rounds = 5;
const steps = 20;
const supervisor = resolve(import.meta.dirname, '../../dist/supervisor.cjs');

/** Milliseconds each. `supervisor` is its start until it has read a job that it cannot read, and ends. */
export async function shellSteps(folder: string): Promise<{ step: Figure; spawn: Figure; supervisor: Figure }> {
  await using engine = await openEngine(join(folder, 'shell'));
  const file = engine.runbook(
    'shell',
    Array.from({ length: steps }, (_, index) => `{ id: s${index}, run: "true" }`),
  );
  const script = join(folder, 'script');
  await import('node:fs/promises').then(({ writeFile }) => writeFile(script, 'true\n'));
  const bare = async () => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.resume();
    child.stderr.resume();
    await once(child, 'close');
  };
  const watcher = async () => {
    const child = spawn(process.execPath, [supervisor], { detached: true, env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdout.resume();
    child.stdin.end('');
    await once(child, 'close');
  };
  const each = async (work: () => Promise<void>) =>
    (await timed(async () => {
      for (let index = 0; index < steps; index++) await work();
    })) / steps;

  const found = { step: [] as number[], spawn: [] as number[], supervisor: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const { id } = await engine.runtime.start({ file, trustOnce: true }, person);
    const step = (await engine.ended(id)) / steps;
    const [plain, own] = [await each(bare), await each(watcher)];
    if (round === 0) continue;
    found.step.push(step);
    found.spawn.push(plain);
    found.supervisor.push(own);
  }
  return { step: figure(found.step), spawn: figure(found.spawn), supervisor: figure(found.supervisor) };
}
