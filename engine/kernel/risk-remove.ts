import type { Finding } from './risk-table.ts';

const system =
  /^\/(?:bin|boot|dev|etc|lib\d*|proc|root|run|sbin|sys|usr|var|opt|srv|home|Users|System|Library|Applications|Windows)?(?:\/[^/]*)?\/?$|^\/(?:etc|boot|dev|proc|sys|usr|lib\d*|s?bin)\//;

/** Every `rm` of a script, by what it takes with it. `unquoted`: without quotes and backslashes. */
export function removals(unquoted: string): readonly Finding[] {
  const found: Finding[] = [];
  for (const [, rest = ''] of unquoted.matchAll(/(?:^|[^\w.-])(?:rm|unlink)(?=\s|$)([^\n;&|)`]{0,1000})/g)) {
    const words = rest.split(/\s+/).filter((word) => word !== '');
    const options = words.filter((word) => word.startsWith('-'));
    const recursive = options.some((option) => /^-[a-zA-Z]*[rR]/.test(option) || option.startsWith('--recursive'));
    const targets = words.filter((word) => !word.startsWith('-') && !/^\d?>|^#/.test(word));
    // `xargs rm -r` and the like: the targets come from elsewhere.
    const worst = targets.length === 0 && recursive ? [rank('$unknown', true)] : targets.map((target) => rank(target, recursive));
    for (const finding of worst) if (finding !== undefined) found.push(finding);
  }
  return found;
}

function rank(target: string, recursive: boolean): Finding | undefined {
  if (
    recursive &&
    (/^(?:~|\/|\$\{?HOME\}?|\*|\.|\.\.|\.\*)\/?\*?$/.test(target) || /^\/\*|^\/[^/]+\/?\*?$/.test(target)) &&
    !isScratch(target)
  ) {
    return { risk: 'critical', why: `deletes ${target} with everything in it` };
  }
  if (system.test(target) && !isScratch(target)) return { risk: 'high', why: `deletes ${target}` };
  if (!recursive || isScratch(target) || isPlainRelative(target)) return undefined;
  return { risk: 'high', why: `deletes ${target} with everything in it` };
}

/** Something below the folders that are there to be emptied. */
const isScratch = (path: string): boolean =>
  /^(?:\/tmp|\/var\/tmp|\$\{?TMPDIR\}?|\$\{?RUNNER_TEMP\}?)\/[\w@%+,-][\w@%+,./*-]*$/.test(path) && !path.includes('..');

/** A named file or folder below the working directory. */
const isPlainRelative = (path: string): boolean => /^(?:\.\/)?[\w@%+,-][\w@%+,./*-]*$/.test(path) && !path.includes('..');
