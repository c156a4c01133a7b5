import * as Type from 'typebox';

/** `<state>/daemon.json`: where the running engine listens. Written when it does, removed when it stops; mode 0600. */
export const DaemonFile = Type.Object({ pid: Type.Integer(), port: Type.Integer(), protocol: Type.Integer(), version: Type.String() });
export type DaemonFile = Type.Static<typeof DaemonFile>;

/** `<state>/tokens.json`, mode 0600. `person` may approve, `assistant` may not; `identity` is the key an engine proves itself with. */
export const TokensFile = Type.Object({
  person: Type.String({ minLength: 32 }),
  assistant: Type.String({ minLength: 32 }),
  identity: Type.String({ minLength: 32 }),
});
export type TokensFile = Type.Static<typeof TokensFile>;

/** The folder that engine and clients share: `RUNWRIGHT_STATE`, else the platform's place for an application's state. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>, platform: string, home: string): string {
  if (env.RUNWRIGHT_STATE) return env.RUNWRIGHT_STATE;
  if (platform === 'darwin') return `${home}/Library/Application Support/runwright`;
  if (platform === 'win32') return `${env.LOCALAPPDATA ?? `${home}\\AppData\\Local`}\\runwright`;
  return `${env.XDG_STATE_HOME || `${home}/.local/state`}/runwright`;
}
