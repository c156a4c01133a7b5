import type { Verb } from '../verb.ts';

interface TestOptions {
  readonly input?: readonly string[];
  readonly target?: string;
  readonly approve?: readonly string[];
  readonly reject?: readonly string[];
  readonly json?: boolean;
}

export const actions: Verb = {
  name: 'actions',
  declare: (command, act) => {
    command
      .description("the actions that `uses:` can name: built in, and the workspace's own, and those of packs")
      .usage('list|show|new|test');
    command
      .command('list')
      .description('list them')
      .option('--json', 'print a JSON array')
      .action(act(async (io, options: { json?: boolean }) => (await import('../actions/list.ts')).listActions(io, options)));
    command
      .command('show')
      .description('what one of them takes, gives and risks')
      .argument('<name>')
      .option('--json', 'print its manifest')
      .action(
        act(async (io, name: string, options: { json?: boolean }) => (await import('../actions/show.ts')).showAction(io, name, options)),
      );
    command
      .command('new')
      .description('write the file of a new one, to be filled in')
      .argument('<name>', 'such as edge/block')
      .option('--steps', 'made of steps, in place of a script')
      .option('--pack', 'in a pack of its own under .runwright/packs, which is begun where there is none')
      .action(
        act(async (io, name: string, options: { steps?: boolean; pack?: boolean }) =>
          (await import('../actions/new.ts')).newAction(io, name, options),
        ),
      );
    command
      .command('test')
      .description('run one of them alone, as a run of one step')
      .argument('<name>')
      .option('--input <name=value>', 'one of its inputs; may be given several times', (value, before: string[] = []) => [...before, value])
      .option('--target <name>', 'a target of .runwright/targets.yaml')
      .option('--approve <step|all>', 'answer yes when this step asks; may be given several times', (value, before: string[] = []) => [
        ...before,
        value,
      ])
      .option('--reject <step>', 'answer no when this step asks; may be given several times', (value, before: string[] = []) => [
        ...before,
        value,
      ])
      .option('--json', 'print one event per line, and the run as the last one')
      .action(act(async (io, name: string, options: TestOptions) => (await import('../actions/test.ts')).testAction(io, name, options)));
  },
};
