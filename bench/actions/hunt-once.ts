// One search in a process of its own: hunt-once.ts FOLDER NAME. Prints what it took as JSON.
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { huntSimilarAttacks } from '../../actions/security/hunt_similar_attacks/hunt.ts';
import { testContext } from '../../actions/testing/context.ts';

const [folder = '', name = ''] = process.argv.slice(2);
const input = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
const test = testContext();
try {
  const [file = ''] = input.files;
  symlinkSync(join(folder, file), join(test.context.folder, file));
  const start = { wall: performance.now(), cpu: process.cpuUsage() };
  const read = name === 'read' ? await readAlone(join(folder, file)) : await search();
  const cpu = process.cpuUsage(start.cpu);
  const seconds = { wall: (performance.now() - start.wall) / 1000, cpu: (cpu.user + cpu.system) / 1e6 };
  console.log(JSON.stringify({ ...read, ...seconds, peak: process.resourceUsage().maxRSS / 1024 }));
} finally {
  test.remove();
}

async function search(): Promise<{ bytes: number; count: number }> {
  const outcome = await huntSimilarAttacks(input, test.context);
  if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome));
  const [{ bytes }] = Object(outcome.outputs.files);
  return { bytes, count: Number(outcome.outputs.count) };
}

/** The floor: what the action's own way of reading takes by itself. */
async function readAlone(path: string): Promise<{ bytes: number; count: number }> {
  let bytes = 0;
  for await (const chunk of (await test.context.host()).read(path)) bytes += chunk.length;
  return { bytes, count: 0 };
}
