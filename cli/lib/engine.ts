import type { EngineClient, TokenKind } from '../../client/client.ts';
import { bundlePath, version } from './place.ts';

/** Does `work` with the engine, which is started when none runs unless `start` is false; closes the connection afterwards. */
export async function withEngine<T>(
  env: NodeJS.ProcessEnv,
  work: (client: EngineClient) => Promise<T>,
  options: { start?: boolean; token?: TokenKind } = {},
): Promise<T> {
  const { connectEngine } = await import('../../client/connect.ts');
  const start = { command: process.execPath, args: [bundlePath('engine.cjs')], env };
  const client = await connectEngine({
    version: version(),
    token: options.token ?? 'person',
    ...(options.start === false ? {} : { start }),
  });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
