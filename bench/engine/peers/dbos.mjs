// Durable steps that do nothing, in DBOS: node dbos.mjs PACKAGES DATABASE-URL. Prints { sequence: [ms per step …], concurrent: […] }.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, url] = process.argv.slice(2);
const { DBOS } = createRequire(join(packages, 'package.json'))('@dbos-inc/dbos-sdk');

const nothing = async (steps) => {
  for (let index = 0; index < steps; index++) await DBOS.runStep(async () => true, { name: 'nothing' });
};
const workflow = DBOS.registerWorkflow(nothing, { name: 'nothing' });
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, logLevel: 'error', runAdminServer: false });
await DBOS.launch();

const timed = async (work) => {
  const from = performance.now();
  await work();
  return performance.now() - from;
};
const sequence = [];
for (let round = 0; round <= 3; round++) {
  const took = await timed(() => workflow(300));
  if (round > 0) sequence.push(took / 300);
}
const concurrent = [];
for (let round = 0; round <= 2; round++) {
  const took = await timed(async () => {
    const handles = await Promise.all(Array.from({ length: 200 }, () => DBOS.startWorkflow(workflow)(20)));
    await Promise.all(handles.map((handle) => handle.getResult()));
  });
  if (round > 0) concurrent.push(took / 200 / 20);
}
process.stdout.write(`${JSON.stringify({ sequence, concurrent })}\n`);
process.exit(0);
