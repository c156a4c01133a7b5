// What an engine loads before anybody asks anything of it: the static imports below engine/daemon.ts.
import * as esbuild from 'esbuild';
import { root } from './root.mjs';

/** @returns {Promise<string[]>} the packages, sorted. */
export async function packagesAtIdle() {
  const { metafile } = await esbuild.build({
    entryPoints: ['engine/daemon.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['*.node', 'cpu-features'],
    absWorkingDir: root,
    write: false,
    metafile: true,
    outdir: 'out/idle-engine',
    logLevel: 'error',
  });
  const { inputs } = metafile;
  const found = new Set();
  const open = Object.keys(inputs).filter((path) => path.endsWith('engine/daemon.ts'));
  for (const path of open) {
    if (found.has(path)) continue;
    found.add(path);
    for (const { path: next, kind, external } of inputs[path].imports)
      if (!external && kind !== 'dynamic-import' && inputs[next]) open.push(next);
  }
  const names = [...found].flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort();
}

if (import.meta.filename === process.argv[1]) console.log(JSON.stringify(await packagesAtIdle()));
