/** What a file of the workspace holds, by its name alone. */
export type FileKind = 'runbook' | 'action' | 'targets';

/** `file`: a path or URI with either kind of slash. Everything that is nothing else is read as a runbook. */
export function kindOf(file: string): FileKind {
  if (/\.action\.ya?ml$/i.test(file)) return 'action';
  return /(?:^|[\\/])\.runwright[\\/]targets\.yaml$/i.test(file) ? 'targets' : 'runbook';
}
