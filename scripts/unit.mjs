// Unit tests beside their sources: node scripts/unit.mjs [FILE …] [-- MOCHA OPTIONS]
import { join } from 'node:path';
import { generate } from './generate.mjs';
import { node24, withNode } from './lib/node24.mjs';
import { root } from './lib/root.mjs';
import { run, step } from './lib/steps.mjs';

const folders = ['protocol', 'runbook', 'engine', 'actions', 'client', 'copilot', 'server', 'webview', 'cli', 'extension'];

export async function unit(args = []) {
  await generate();
  const node = await node24();
  const specs = args.length > 0 ? args : folders.map((folder) => `${folder}/**/*.test.ts`);
  await step('Unit tests', () => run(node, [join(root, 'node_modules/mocha/bin/mocha.js'), '--ui', 'bdd', '--reporter', 'dot', '--timeout', '20000', ...specs], { cwd: root, env: withNode(node) }));
}

if (import.meta.filename === process.argv[1]) await unit(process.argv.slice(2)).catch((error) => { console.error(error.message); process.exit(1); });
