// Unit tests beside their sources: node scripts/unit.mjs [FILE …]
import { generate } from './generate.mjs';
import { runMocha } from './lib/mocha.mjs';
import { node24, withNode } from './lib/node24.mjs';
import { step } from './lib/steps.mjs';

const folders = [
  'protocol',
  'runbook',
  'workspace',
  'engine',
  'actions',
  'client',
  'copilot',
  'server',
  'webview',
  'cli',
  'extension',
  'scripts',
];

/** @returns { passes, failures } */
export async function unit(args = []) {
  await generate();
  const node = await node24();
  const specs = args.length > 0 ? args : folders.map((folder) => `${folder}/**/*.test.ts`);
  return step('Unit tests', () => runMocha(node, specs, { env: withNode(node), timeout: 20_000, reporter: 'dot' }));
}

if (import.meta.filename === process.argv[1])
  await unit(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
