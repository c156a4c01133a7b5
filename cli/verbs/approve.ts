import { type DecideOptions, decide } from '../lib/decide.ts';
import type { Verb } from '../verb.ts';

export const approve: Verb = {
  name: 'approve',
  declare: (command, act) =>
    command
      .description('answer yes to a step that waits for approval')
      .argument('<run>', 'id of the run')
      .argument('<step>', 'path of the step, as shown')
      .option('--note <text>', 'recorded with the answer')
      .option('--digest <hex>', 'only if this is the digest of what would run, or its beginning')
      .option('--json', 'print the run after it as JSON')
      .action(act((io, run: string, step: string, options: DecideOptions) => decide(io, 'approve', run, step, options))),
};
