// npm run test:crash -- --kills N [--seed N]: the campaign in its long form.
import { parseArgs } from 'node:util';
import { campaign } from './campaign.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } } });
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed)) {
  console.error('--kills takes a number from 1 on, --seed a whole number.');
  process.exit(2);
}
const from = Date.now();
const report = await campaign({ kills, seed, say: (text) => console.error(text) });
const holes = Object.entries(report.by)
  .sort()
  .map(([name, count]) => `${name} ${count}`);
console.log(`${report.kills} kills (${holes.join(', ')}) in ${Math.round((Date.now() - from) / 1000)} s.`);
console.log(
  `${report.runs} runs, ${report.steps} steps that leave a trace, ${report.events} events, ${report.asked} unknown outcomes, each asked about.`,
);
console.log('No run lost, no finished step run twice, no unknown outcome decided silently, every chain of the journal whole.');
process.exit(0);
