import { runBundle } from '../lib/child.ts';
import { usage } from '../lib/flags.ts';
import type { Io } from '../lib/io.ts';
import type { Verb } from '../verb.ts';

export const lsp: Verb = {
  name: 'lsp',
  declare: (command, act) =>
    command
      .description('the language server, for editors other than VS Code')
      .option('--stdio', 'speak over standard input and output')
      .action(act(serve)),
};

async function serve(io: Io, options: { stdio?: boolean }): Promise<number> {
  if (!options.stdio) throw usage('lsp', 'Give --stdio: it is the only way of speaking with it.');
  return runBundle('server.cjs', ['--stdio'], io.env);
}
