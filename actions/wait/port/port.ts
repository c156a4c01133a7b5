import { connect } from 'node:net';
import type { ActionCode } from '../../../engine/connectors/action.ts';
import { type Look, waitUntil } from '../until.ts';

/** The longest one attempt to connect may take; a firewall that drops packets answers never. */
const oneLook = 5000;

export const waitPort: ActionCode = (input, context) => {
  const host = String(input.host ?? '127.0.0.1');
  const port = Number(input.port);
  const closed = input.state === 'closed';
  const what = `Port ${port} of ${host} ${closed ? 'to be closed' : 'to be open'}`;
  context.log(`waiting for port ${port} of ${host} ${closed ? 'to be closed' : 'to be open'}`);
  return waitUntil({
    action: 'wait/port',
    what,
    input,
    context,
    look: async (signal, left): Promise<Look> => {
      const why = await refusal(host, port, Math.min(oneLook, left), signal);
      if (closed) return why === undefined ? { kind: 'not-yet', why: 'something still answers there' } : { kind: 'there', outputs: {} };
      return why === undefined ? { kind: 'there', outputs: {} } : { kind: 'not-yet', why };
    },
  });
};

/** Why nobody answers, or undefined where somebody does. */
function refusal(host: string, port: number, timeout: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (why: string | undefined) => {
      signal.removeEventListener('abort', stopped);
      socket.destroy();
      resolve(why);
    };
    const stopped = () => end('the wait is over');
    socket.setTimeout(timeout, () => end('nothing answered'));
    socket.once('connect', () => end(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => end(reasons[error.code ?? ''] ?? error.code ?? error.message));
    if (signal.aborted) stopped();
    else signal.addEventListener('abort', stopped, { once: true });
  });
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the host refuses the connection',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'nothing answered',
};
