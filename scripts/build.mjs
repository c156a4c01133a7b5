// Bundles every process into dist/: node scripts/build.mjs [--watch] [--production]
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as esbuild from 'esbuild';
import { generate } from './generate.mjs';
import { root } from './lib/root.mjs';
import { say, step } from './lib/steps.mjs';

const require = createRequire(import.meta.url);
const version = require('../package.json').version;

const node = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  absWorkingDir: root,
  logLevel: 'warning',
  legalComments: 'none',
  // The package's build for browsers is the same code in modules, of which what is not used is left out,
  // and does not look at the process's environment for each token.
  alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
  define: { __VERSION__: JSON.stringify(version) },
};
const browser = {
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  format: 'esm',
  splitting: true,
  outdir: 'dist/webview',
  absWorkingDir: root,
  logLevel: 'warning',
  legalComments: 'none',
  loader: { '.ttf': 'file', '.svg': 'dataurl' },
};

/** Parts of the extension that activation must not pay for, not even by parsing them: files of their own. */
const loadedLater = { engine: 'extension/engine/main.ts', language: 'extension/language/main.ts', chat: 'extension/chat/main.ts' };
const keepApart = {
  name: 'keep-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/(engine|language|chat)\/main\.ts$/ }, ({ path, kind, importer }) =>
      kind === 'dynamic-import' && importer.endsWith('extension.ts')
        ? { path: `./extension-${path.split('/').at(-2)}.cjs`, external: true }
        : undefined,
    );
  },
};

/** Libraries that the engine loads with the first step that needs them: an idle engine does not hold their text. */
const targetLibraries = [
  'pg',
  'mysql2',
  'ssh2',
  'undici',
  'croner',
  'chardet',
  'd3-scale',
  'd3-shape',
  'iconv-lite',
  'ipaddr.js',
  'ldapts',
  'nodemailer',
  'saxes',
  'yauzl',
];
/** The copy that an engine runs from takes along what is named `engine-NAME.cjs`, without a dot in the name. */
const libraryFile = (library) => `engine-${library.replaceAll('.', '-')}`;
const librariesApart = {
  name: 'libraries-apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(${targetLibraries.join('|')})$`) }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${libraryFile(path)}.cjs`, external: true } : undefined,
    );
  },
};

/** One entry per process; what each is for is written at the top of its source. */
const bundles = [
  {
    ...node,
    entryPoints: {
      extension: 'extension/extension.ts',
      ...Object.fromEntries(Object.entries(loadedLater).map(([part, source]) => [`extension-${part}`, source])),
    },
    external: ['vscode'],
    plugins: [keepApart],
    // VS Code gives `vscode` to require() alone.
    supported: { 'dynamic-import': false },
  },
  { ...node, entryPoints: { server: 'server/main.ts' } },
  {
    ...node,
    entryPoints: { engine: 'engine/main.ts', supervisor: 'engine/connectors/local/supervisor.ts' },
    plugins: [librariesApart],
    // Without comments: one character beyond Latin-1 makes V8 keep the whole text twice as wide, for as long as the engine waits.
    minifyWhitespace: true,
    // No more than that: rewritten and renamed by esbuild an idle engine takes 4 MB more, and its traces cannot be read.
    minifySyntax: false,
    minifyIdentifiers: false,
    // By require(): of a CommonJS file import() knows the default alone.
    supported: { 'dynamic-import': false },
    // Optional native parts, which are not shipped: their users look for them and do without.
    external: ['*.node', 'cpu-features'],
  },
  {
    ...node,
    entryPoints: Object.fromEntries(targetLibraries.map((library) => [libraryFile(library), library])),
    conditions: ['require'],
    mainFields: ['main'],
    external: ['*.node', 'cpu-features'],
  },
  { ...node, target: 'node20', entryPoints: { cli: 'cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } },
  {
    ...browser,
    // The editor of proposals is loaded with the first of them.
    entryPoints: { chat: 'webview/chat/main.ts', diff: 'webview/components/proposal/monaco.ts' },
    // Its icons are those that the chat has already.
    external: ['*.ttf'],
  },
];
/** An engine that can be told where to die; see engine/connectors/hole.ts. */
const crashTests = {
  ...node,
  entryPoints: { engine: 'engine/main.ts', supervisor: 'engine/connectors/local/supervisor.ts' },
  outdir: 'dist/test/crash',
  external: ['*.node', 'cpu-features'],
  define: { ...node.define, __HOLES__: 'true' },
};
/** The same engine in another version. */
const newerEngine = {
  ...crashTests,
  outdir: 'dist/test/newer',
  define: { __VERSION__: JSON.stringify('99.0.0') },
};
const hostTests = {
  ...node,
  entryPoints: { index: 'test/host/index.ts', suite: 'test/host/suite.ts', activation: 'test/host/activation.ts' },
  outdir: 'dist/test/host',
  external: ['vscode', 'mocha'],
};

export async function build({ production = false, watch = false, tests = !production } = {}) {
  await generate();
  await step('Building', async () => {
    if (production) await rm(join(root, 'dist'), { recursive: true, force: true });
    await mkdir(join(root, 'dist/webview'), { recursive: true });
    const options = [...bundles, ...(tests ? [hostTests, crashTests, newerEngine] : [])].map((bundle) => ({
      minifyWhitespace: production,
      minifySyntax: production,
      minifyIdentifiers: production,
      ...bundle,
      sourcemap: production ? false : 'linked',
    }));
    if (watch) {
      await Promise.all(options.map(async (bundle) => (await esbuild.context(bundle)).watch()));
      say('Building: watching');
    } else {
      const results = await Promise.allSettled(options.map((bundle) => esbuild.build(bundle)));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    }
    const icons = dirname(require.resolve('@vscode/codicons/dist/codicon.css'));
    for (const file of ['codicon.css', 'codicon.ttf']) await copyFile(join(icons, file), join(root, 'dist/webview', file));
    if (!watch) await chmod(join(root, 'dist/cli.cjs'), 0o755);
  });
}

if (import.meta.filename === process.argv[1])
  await build({ production: process.argv.includes('--production'), watch: process.argv.includes('--watch') });
