/** What a script may know of the client's environment; everything else (tokens, editor internals) stays out. */
const posix = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'SSH_AUTH_SOCK'];
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy'];
const windows = [
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'PATH',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'USERNAME',
  'USERDOMAIN',
  'COMPUTERNAME',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'COMMONPROGRAMFILES',
  'TEMP',
  'TMP',
  'PSMODULEPATH',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
];

/** The part of a client's environment that its steps start from. Names on Windows know no case; they keep the one they came with. */
export function baseEnvironment(
  client: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const allowed = new Set([...(platform === 'win32' ? windows : posix), ...proxies]);
  const onList = (name: string) =>
    allowed.has(platform === 'win32' ? name.toUpperCase() : name) || allowed.has(name) || /^LC_[A-Z]+$/.test(name);
  return Object.fromEntries(
    Object.entries(client).filter(
      (entry): entry is [string, string] => onList(entry[0]) && entry[1] !== undefined && !entry[1].includes('\0'),
    ),
  );
}
