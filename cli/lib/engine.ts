import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { EngineClient, TokenKind } from '../../client/client.ts';
import { bundlePath, version } from './place.ts';

/** Does `work` with the engine, which is started when none runs unless `start` is false; closes the connection afterwards. */
export async function withEngine<T>(
  env: NodeJS.ProcessEnv,
  work: (client: EngineClient) => Promise<T>,
  options: { start?: boolean; token?: TokenKind } = {},
): Promise<T> {
  const [{ connectEngine }, { stateFolder }] = await Promise.all([import('../../client/connect.ts'), import('../../protocol/daemon.ts')]);
  const start = { command: process.execPath, args: [bundlePath('engine.cjs')], env };
  const folder = resolve(stateFolder(env, process.platform, homedir()));
  const client = await connectEngine({
    version: version(),
    stateFolder: folder,
    token: options.token ?? 'person',
    ...(options.start === false ? {} : { start }),
  });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
