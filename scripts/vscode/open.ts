// A VS Code in the browser on the samples, until Ctrl+C. Settings and installed state are kept between starts.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { installExtension, startServer } from './server.ts';

const samples = resolve(import.meta.dirname, '../../samples');
const cache = process.env.RUNWRIGHT_DEV_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'runwright-dev');
const dataFolder = join(cache, 'start');
const vsix = process.env.RUNWRIGHT_VSIX;
if (!vsix || !existsSync(vsix)) throw new Error('RUNWRIGHT_VSIX is not set: start this by `npm start`.');

installExtension(vsix, dataFolder);
const server = await startServer({
  dataFolder,
  settings: { 'security.workspace.trust.startupPrompt': 'always' },
  args: ['--default-folder', samples],
  // The browser keeps trust and layout by address: the same one each time, if it is free.
  port: '41780-41799',
});
console.log(
  `\nVS Code with Runwright, on the samples:\n\n  ${server.url(samples)}\n\nOpen it in a browser on this machine. Ctrl+C ends it; the engine goes on with its runs, and ends by itself when nobody needs it.`,
);
const stop = async () => {
  await server.stop();
  process.exit(0);
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
