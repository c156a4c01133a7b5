import type { Pattern } from '../pattern.ts';

/** What the engine itself says of a step, by code of the error catalogue. */
export const enginePatterns: readonly Pattern[] = [
  {
    id: 'step-timeout',
    fix: 'set the timeout of {step} to {longer}',
    when: { error: ['step-timeout'] },
    class: 'timeout',
    cause: 'The step took longer than it may ({timeout}), so the engine stopped it.',
    remedies: [
      'See the end of its output for what it was doing; a program that waits for input waits forever, as there is none.',
      'If it needs longer, raise `timeout` of the step, for example `timeout: 15m`.',
      'If it hangs now and then, add a `retry` to the step.',
    ],
    confidence: 0.95,
  },
  {
    id: 'expression-failed',
    when: { error: ['expression-failed'] },
    class: 'invalid-input',
    cause: 'An expression of the step could not be evaluated. {message}',
    remedies: [
      'Check the names in it: an output exists only after its step has succeeded.',
      'A text that should be JSON goes through `fromJSON(…)`; look at the value in the outputs of that step.',
    ],
    confidence: 0.95,
  },
  {
    id: 'secret-missing',
    when: { error: ['secret-missing', 'secret-short'] },
    class: 'invalid-input',
    cause: 'A secret that the step uses has no usable value on this machine. {message}',
    remedies: [
      'Enter it with "Runwright: Set Secret", or `runwright secrets set NAME`.',
      'Check that its name is spelled as in `secrets:`.',
    ],
    confidence: 0.95,
  },
  {
    id: 'action-input',
    when: { error: ['action-input', 'action-unknown'] },
    class: 'invalid-input',
    cause: 'What the step gives to its action does not fit. {message}',
    remedies: [
      'Correct `with:`; hovering over the action’s name shows its inputs.',
      'If the value comes from an earlier step, look at that step’s outputs.',
    ],
    confidence: 0.95,
  },
  {
    id: 'folder-missing',
    when: { error: ['folder-missing'] },
    class: 'not-found',
    cause: 'The folder the script should start in does not exist. {message}',
    remedies: ['Correct `working-directory`; a relative one is taken from the runbook’s folder.', 'Make the folder in an earlier step.'],
    confidence: 0.95,
  },
  {
    id: 'shell-missing',
    when: { error: ['shell-missing'] },
    class: 'not-found',
    cause: 'The program that should run the script cannot be started. {message}',
    remedies: ['Install it, or name one that is there: `shell: sh`.'],
    confidence: 0.95,
  },
  {
    id: 'output-too-large',
    when: { error: ['output-too-large'] },
    class: 'invalid-input',
    cause: 'A value is larger than may be passed on between steps. {message}',
    remedies: ['Write it to a file and pass the path.', 'Keep only what is needed, for example with `head`, `jq` or `cut`.'],
    confidence: 0.95,
  },
  {
    id: 'folder-untrusted',
    when: { error: ['folder-untrusted'] },
    class: 'permission',
    cause: 'The workspace is not trusted, and nothing in it is run. {message}',
    remedies: ['Read the runbook first; if you trust it, trust the workspace ("Workspaces: Manage Workspace Trust").'],
    confidence: 0.95,
  },
  {
    id: 'cancelled',
    when: { error: ['step-cancelled'] },
    class: 'cancelled',
    cause: 'Somebody cancelled the run while the step was running.',
    remedies: ['Run it again when it should go on; what earlier steps did has been done.'],
    confidence: 0.95,
  },
  {
    id: 'outcome-unknown',
    when: { error: ['outcome-unknown'] },
    class: 'unknown',
    cause: 'The engine ended while the step was running, and nobody knows whether it took effect.',
    remedies: [
      'Find out whether it did, then answer "Say What Became of the Step": succeeded, failed or repeat.',
      'If the step does no harm when it is done twice, write `idempotent: true`: then the engine repeats it by itself.',
    ],
    confidence: 0.95,
  },
];

/** When nothing else is known: what the way it ended says. */
export const exitPatterns: readonly Pattern[] = [
  {
    id: 'killed',
    when: { exit: [137] },
    class: 'exit',
    cause: 'The script was killed (exit code 137, signal KILL), most often by the system because memory had run out.',
    remedies: [
      'Look for the out-of-memory killer: `dmesg -T | grep -i oom` or `journalctl -k`.',
      'Give the step less to do at once, or more memory.',
    ],
    confidence: 0.7,
  },
  {
    id: 'terminated',
    when: { exit: [143] },
    class: 'exit',
    cause: 'The script was asked to end (exit code 143, signal TERM) by somebody or something else on the machine.',
    remedies: [
      'Look for a service manager, a container limit or a shutdown at that time: `journalctl --since "10 min ago"`.',
      'Run it again; if it does no harm twice, `idempotent: true` and a `retry` with `on: [exit:143]` do so by themselves.',
    ],
    confidence: 0.7,
  },
  {
    id: 'interrupted',
    when: { exit: [130] },
    class: 'cancelled',
    cause: 'The script was interrupted (exit code 130, signal INT), as Ctrl-C does it.',
    remedies: ['Run it again when it should go on.', 'If nobody did that, see which program in the script sends INT to its group.'],
    confidence: 0.7,
  },
  {
    id: 'command-timeout',
    when: { exit: [124] },
    class: 'timeout',
    cause: 'A command took longer than the `timeout` command in the script allows (exit code 124).',
    remedies: [
      'See the end of its output for what it was doing.',
      'If it needs longer, raise the time given to `timeout`; the step’s own `timeout` ends a whole script, without such a command.',
    ],
    confidence: 0.8,
  },
  {
    id: 'segfault',
    when: { exit: [139, 134] },
    class: 'exit',
    cause: 'A program in the script crashed (exit code {code}).',
    remedies: ['Run it by hand with the same input; a core dump shows where: `coredumpctl`.', 'Look for a newer version of that program.'],
    confidence: 0.7,
  },
  {
    id: 'usage',
    when: { exit: [2], error: ['exit-code'] },
    class: 'invalid-input',
    cause: 'A command in the script ended with exit code 2, by which most programs say that their arguments are wrong.',
    remedies: [
      'Check the options of the last command against its `--help`.',
      'A file or folder in its arguments may not exist.',
      'Put `set -x` at the top of the script to see which command it was.',
    ],
    confidence: 0.5,
  },
  {
    id: 'exit-code',
    when: { error: ['exit-code', 'killed-by-signal'] },
    class: 'exit',
    cause: 'A command in the script failed (exit code {code}). What it printed last is quoted here; the rules know no more about it.',
    remedies: [
      'Read the last lines of its output: the reason is usually there.',
      'Put `set -x` at the top of the script to see which command it was.',
    ],
    confidence: 0.4,
  },
];
