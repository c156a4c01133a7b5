/** What the workspace shares, as files `.runwright/NAME.yaml`. */
export const sharedKinds = ['targets', 'channels', 'security', 'packs'] as const;
export type SharedKind = (typeof sharedKinds)[number];

/** What a file of the workspace holds, by its name alone. */
export type FileKind = 'runbook' | 'action' | 'pack' | SharedKind;

const shared = new RegExp(`(?:^|[\\\\/])\\.runwright[\\\\/](${sharedKinds.join('|')})\\.yaml$`, 'i');
/** Of a folder or of a package; elsewhere a file of that name may be anything. */
const pack = /[\\/](?:\.runwright[\\/]packs|node_modules)[\\/](?:@[^\\/]+[\\/])?[^\\/]+[\\/]pack\.yaml$/i;

/** `file`: a path or URI with either kind of slash. Everything that is nothing else is read as a runbook. */
export function kindOf(file: string): FileKind {
  if (/\.action\.ya?ml$/i.test(file)) return 'action';
  if (pack.test(file)) return 'pack';
  const name = shared.exec(file)?.[1]?.toLowerCase();
  return sharedKinds.find((kind) => kind === name) ?? 'runbook';
}
