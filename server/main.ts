// The language server: `node server.cjs --node-ipc` for VS Code's client, `--stdio` for every other editor.
// It reads and answers; it starts no process and opens no socket.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { builtInActions } from '../runbook/actions.ts';
import { disk } from '../workspace/files.ts';
import { startServer } from './server.ts';
import { linkPages } from './to-lsp.ts';

// An editor that asks for nothing gets the transport that every editor has.
if (!process.argv.some((argument) => /^--(stdio|node-ipc|socket|pipe|clientProcessId)/.test(argument))) process.argv.push('--stdio');

const connection = createConnection(ProposedFeatures.all);
// Whatever reaches the process itself is a fault of ours: told to the log, and the server goes on.
process.on('uncaughtException', (error) => connection.console.error(`Unexpected: ${error.stack ?? error.message}`));
process.on('unhandledRejection', (reason) =>
  connection.console.error(`Unexpected: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`),
);
// The pages of the codes come with the program.
const pages = join(dirname(process.argv[1] ?? '.'), '..', 'docs', 'diagnostics');
if (existsSync(pages)) linkPages((code) => pathToFileURL(join(pages, `${code}.md`)).href);
startServer(connection, builtInActions, { files: disk });
