// Durable steps that do nothing, in Restate: node restate.mjs PACKAGES INGRESS-PORT ADMIN-PORT. Prints { sequence: [ms per step …], concurrent: […] }.
import { once } from 'node:events';
import { createServer } from 'node:http2';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, ingress, admin] = process.argv.slice(2);
const restate = createRequire(join(packages, 'package.json'))('@restatedev/restate-sdk');

const bench = restate.service({
  name: 'bench',
  handlers: {
    nothing: async (context, steps) => {
      const from = performance.now();
      for (let index = 0; index < steps; index++) await context.run('nothing', async () => true);
      return performance.now() - from;
    },
  },
});
const server = createServer(restate.createEndpointHandler({ services: [bench] })).listen(0, '127.0.0.1');
await once(server, 'listening');

const post = async (url, body) => {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
};
await post(`http://127.0.0.1:${admin}/deployments`, { uri: `http://127.0.0.1:${server.address().port}` });
const call = (steps) => post(`http://127.0.0.1:${ingress}/bench/nothing`, steps);

const sequence = [];
for (let round = 0; round <= 3; round++) {
  const took = await call(300);
  if (round > 0) sequence.push(took / 300);
}
const concurrent = [];
for (let round = 0; round <= 2; round++) {
  const from = performance.now();
  await Promise.all(Array.from({ length: 200 }, () => call(20)));
  if (round > 0) concurrent.push((performance.now() - from) / 200 / 20);
}
process.stdout.write(`${JSON.stringify({ sequence, concurrent })}\n`);
process.exit(0);
