import type { Finding, Rule } from '../rule.ts';
import { entryOf } from '../syntax/tree.ts';

export const scriptInterpolation: Rule = {
  code: 'script-interpolation',
  severity: 'error',
  doc: 'An expression inside a script would paste text into a command: a value such as `$(rm -rf ~)` from an alert or an input would then be run. Pass it through `env` and read it as `"$NAME"`; the quick fix does both.',
  *check({ expressions }): Generator<Finding> {
    for (const { place, range, source, step } of expressions) {
      if (place !== 'run' || !step) continue;
      const shell = entryOf(step.node, 'shell')?.value;
      if (shell && shell.range.start <= range.start && range.end <= shell.range.end) {
        yield { range, message: 'An expression cannot stand in `shell`: its value could become a command or an option. Put it in `env`.' };
        continue;
      }
      yield {
        range,
        message:
          'An expression cannot stand in a script: its value could become a command. Put it in `env` and use the variable in quotes.',
        fix: { kind: 'move-to-env', step: step.path, expression: source.trim() },
      };
    }
  },
  bad: [
    'inputs: { host: {} }\nsteps:\n  - run: ping <<${{ inputs.host }}>>\n',
    'inputs: { host: {} }\nsteps:\n  - run: |\n      # ü\n      ping "<<${{ inputs.host }}>>" && echo <<${{ inputs.host }}>>\n',
    'inputs: { host: {} }\nsteps:\n  - run: print 1\n    shell: [perl, "<<${{ inputs.host }}>>"]\n',
    'inputs: { host: {} }\nsteps:\n  - run: "echo \\"<<${{ inputs.host }}>>\\""\n',
  ],
  good: ['inputs: { host: {} }\nsteps:\n  - run: ping "$HOST"\n    env: { HOST: "${{ inputs.host }}" }\n'],
};
