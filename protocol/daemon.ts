import * as Type from 'typebox';

export { stateFolder } from './state-folder.ts';

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
