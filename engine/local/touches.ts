import type { Json } from '../../runbook/core/json.ts';
import type { Request } from '../kernel/request.ts';
import type { Snapshot } from '../kernel/snapshot.ts';

export interface Touched {
  readonly what: string;
  readonly value: string;
}

/** Inputs that say what an action reaches, where its manifest does not. */
const usual: readonly string[] = ['url', 'host', 'port', 'address', 'query', 'statement', 'command', 'path', 'file', 'to'];
/** Of a target's connection. */
const places: readonly string[] = ['host', 'port', 'database', 'url', 'base-url'];

/** What a request would reach, in words for a person: machine, command, query, address. Secrets stand as names by now. */
export function touchesOf(request: Request, { actions }: Pick<Snapshot, 'actions'>): Touched[] {
  if (request.kind === 'gate') return [];
  const { target, connection = {} } = request;
  const at: Touched[] = [
    ...(target === 'local' && request.kind === 'action' ? [] : [{ what: 'target', value: target }]),
    ...places.flatMap((name) => said(name, connection[name])),
  ];
  if (request.kind === 'script') return [...at, { what: 'command', value: request.script }];
  const written = Object.hasOwn(actions, request.action) ? actions[request.action]?.manifest.touches : undefined;
  const named = written ?? usual.map((input) => ({ what: input, input }));
  return [...at, ...named.flatMap(({ what, input }) => said(what, Object.hasOwn(request.with, input) ? request.with[input] : undefined))];
}

function said(what: string, value: Json | undefined): Touched[] {
  if (value === undefined || value === null) return [];
  return [{ what, value: typeof value === 'string' ? value : JSON.stringify(value) }];
}
