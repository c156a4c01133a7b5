// What a durable step costs that does nothing: one run's steps in sequence, and 200 runs at once.
import { join } from 'node:path';
import { openEngine, person } from './runtime.ts';
import { type Figure, figure, timed } from './stats.ts';

const sequence = { rounds: 5, steps: 500 };
const concurrent = { rounds: 3, runs: 200, steps: 100 };

const nothing = (count: number) => Array.from({ length: count }, (_, index) => `{ id: s${index}, uses: bench/nothing }`);

/** Milliseconds per step; `commits` is each round of the sequence in durable commits measured just before and after it. */
export async function durableSteps(
  folder: string,
  commit: () => Promise<number>,
): Promise<{ sequence: Figure; commits: Figure; concurrent: Figure }> {
  await using engine = await openEngine(join(folder, 'steps'));
  const long = engine.runbook('long', nothing(sequence.steps));
  const start = (file: string) => engine.runtime.start({ file, trustOnce: true }, person);

  const one: number[] = [];
  const commits: number[] = [];
  for (let round = 0; round <= sequence.rounds; round++) {
    const before = await commit();
    const { id } = await start(long);
    const took = (await engine.ended(id)) / sequence.steps;
    const after = await commit();
    if (round === 0) continue;
    one.push(took);
    commits.push((2 * took) / (before + after));
  }
  // A gate first, so that the clock runs for the steps and not for reading the runbook 200 times.
  const gated = engine.runbook('gated', ['{ id: gate, approve: true }', ...nothing(concurrent.steps)]);
  const many: number[] = [];
  for (let round = 0; round <= concurrent.rounds; round++) {
    const runs = await Promise.all(Array.from({ length: concurrent.runs }, () => start(gated)));
    const digest = new Map((await engine.runtime.approvals()).map((approval) => [approval.run, approval.digest]));
    const ends = runs.map(({ id }) => engine.ended(id));
    const took = await timed(async () => {
      for (const { id } of runs) void engine.runtime.approve(id, { step: 'gate', digest: digest.get(id) ?? '', via: 'api' }, person);
      await Promise.all(ends);
    });
    if (round > 0) many.push(took / concurrent.runs / concurrent.steps);
  }
  return { sequence: figure(one), commits: figure(commits), concurrent: figure(many) };
}
