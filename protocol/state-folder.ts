/** The folder that engine and clients share: `RUNWRIGHT_STATE`, else the platform's place for an application's state. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>, platform: string, home: string): string {
  if (env.RUNWRIGHT_STATE) return env.RUNWRIGHT_STATE;
  if (platform === 'darwin') return `${home}/Library/Application Support/runwright`;
  if (platform === 'win32') return `${env.LOCALAPPDATA ?? `${home}\\AppData\\Local`}\\runwright`;
  return `${env.XDG_STATE_HOME || `${home}/.local/state`}/runwright`;
}
