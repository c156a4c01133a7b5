// How well the copilot understands: node scripts/eval.mjs [--model] [--alone] [--no-runs] [--held-out]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openAiModel } from '../../copilot/providers/openai.ts';
import { folder, type Outcome } from './case.ts';
import { judgeEdits } from './edits.ts';
import { missesOf, scoresOf, tableOf } from './report.ts';
import { judgeSentences } from './sentences.ts';

const { values } = parseArgs({
  options: {
    /** With the model of RUNWRIGHT_AI_BASE_URL, RUNWRIGHT_AI_MODEL and OPENAI_API_KEY, for what the rules do not know. */
    model: { type: 'boolean', default: false },
    /** With `--model`: no rules before the model where a sentence asks for actions. */
    alone: { type: 'boolean', default: false },
    /** Without the runs that fail, which need servers and minutes. */
    'no-runs': { type: 'boolean', default: false },
    'held-out': { type: 'boolean', default: false },
  },
});

function chosenModel() {
  const { RUNWRIGHT_AI_BASE_URL: baseUrl, RUNWRIGHT_AI_MODEL: model, OPENAI_API_KEY: key } = process.env;
  if (model === undefined || (baseUrl === undefined && key === undefined)) {
    console.error('Set RUNWRIGHT_AI_MODEL, and RUNWRIGHT_AI_BASE_URL or OPENAI_API_KEY.');
    process.exit(2);
  }
  return openAiModel({ baseUrl: baseUrl ?? 'https://api.openai.com/v1', model, ...(key === undefined ? {} : { key }) });
}

const model = values.model ? chosenModel() : undefined;
const outcomes: Outcome[] = [...(await judgeSentences(model, { rules: !values.alone })), ...(await judgeEdits(model))];
if (!values['no-runs']) {
  const { judgeFailures } = await import('./failures.ts');
  outcomes.push(...(await judgeFailures()));
}
const scores = scoresOf(outcomes);
console.log(`${missesOf(outcomes, values['held-out'])}\n\n${tableOf(scores)}`);
const by = model?.name ?? 'offline';
const misses = outcomes.flatMap(({ miss, ...of }) => (miss === undefined ? [] : [{ ...of, ...miss }]));
writeFileSync(
  join(folder, 'results.json'),
  `${JSON.stringify({ by, date: new Date().toISOString().slice(0, 10), scores, misses }, null, 2)}\n`,
);
