/** How a shell runs a script file. */
interface Shell {
  readonly extension: string;
  /** The first whose program exists is taken. */
  commands(script: string): readonly (readonly string[])[];
  wrap?(script: string): string;
}

const bash = (script: string) => ['bash', '--noprofile', '--norc', '-eo', 'pipefail', script];
const sh = (script: string) => ['sh', '-e', script];

const shells: Readonly<Record<string, Shell>> = {
  /** Where there is no bash, the script runs under `sh -e`, which knows no pipefail. */
  bash: { extension: '.sh', commands: (script) => [bash(script), sh(script)] },
  sh: { extension: '.sh', commands: (script) => [sh(script)] },
  pwsh: {
    extension: '.ps1',
    commands: (script) => [['pwsh', '-NoProfile', '-NonInteractive', '-File', script]],
    // As strict as the others: the first error ends it, and the last program's exit code is its own.
    wrap: (script) =>
      `$ErrorActionPreference = 'Stop'\n${script}\nif (Test-Path -LiteralPath variable:\\LASTEXITCODE) { exit $LASTEXITCODE }\n`,
  },
  python: {
    extension: '.py',
    commands: (script) => [
      ['python3', script],
      ['python', script],
    ],
  },
  node: { extension: '.js', commands: (script) => [['node', script]] },
};

export const shellNames = Object.keys(shells);

/**
 * The script's file and how to start it; undefined for a shell that is not known.
 * A list is an argv to which nothing is added; `{0}` in it stands for the script's file.
 */
export function shellFor(
  shell: string | readonly string[],
  script: string,
  fileBase: string,
): { readonly file: string; readonly text: string; readonly commands: readonly (readonly string[])[] } | undefined {
  if (typeof shell !== 'string') {
    const [program] = shell;
    return program ? { file: fileBase, text: script, commands: [shell.map((part) => part.replaceAll('{0}', fileBase))] } : undefined;
  }
  const known = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (!known) return undefined;
  const file = fileBase + known.extension;
  return { file, text: known.wrap?.(script) ?? script, commands: known.commands(file) };
}
