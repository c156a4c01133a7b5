// The language server: `node server.cjs --node-ipc` for VS Code's client, `--stdio` for every other editor.
// It reads and answers; it starts no process and opens no socket.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Connection, createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { stateFolder } from '../protocol/state-folder.ts';
import { builtInActions } from '../runbook/actions.ts';
import { disk } from '../workspace/files.ts';
import { trustedIn } from '../workspace/trusted.ts';
import { startServer } from './server.ts';
import { linkPages } from './to-lsp.ts';
import { standardStreams } from './transport.ts';

// An editor that asks for nothing gets the transport that every editor has.
const other = process.argv.some((argument) => /^--(node-ipc|socket|pipe)/.test(argument));
const connection: Connection = other ? createConnection(ProposedFeatures.all) : overStandardStreams();

function overStandardStreams(): Connection {
  const end = (code: number, why?: string) => {
    if (why) process.stderr.write(`${why}\n`);
    process.exit(code);
  };
  let shutDown = false;
  const made = createConnection(
    ProposedFeatures.all,
    ...standardStreams({
      broken: (error) => end(1, `What came in is no message of the protocol, and no further one can be found: ${error.message}`),
      skipped: (error) => made.console.error(`A message that is not JSON was skipped: ${error.message}`),
      ended: () => end(shutDown ? 0 : 1),
    }),
  );
  made.onShutdown(() => {
    shutDown = true;
  });
  return made;
}

// Whatever reaches the process itself is a fault of ours: told to the log, and the server goes on.
process.on('uncaughtException', (error) => connection.console.error(`Unexpected: ${error.stack ?? error.message}`));
process.on('unhandledRejection', (reason) =>
  connection.console.error(`Unexpected: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`),
);
// The pages of the codes come with the program.
const pages = join(dirname(process.argv[1] ?? '.'), '..', 'docs', 'diagnostics');
if (existsSync(pages)) linkPages((code) => pathToFileURL(join(pages, `${code}.md`)).href);
startServer(connection, builtInActions, {
  files: disk,
  trusted: trustedIn(stateFolder(process.env, process.platform, homedir()), disk),
});
