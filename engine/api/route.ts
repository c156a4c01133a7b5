import type { Static, TSchema } from 'typebox';
import type { Scope } from '../../protocol/api.ts';
import type { Caller, Runtime } from './runtime.ts';

/** What a route may use beside the runtime. */
export interface Host {
  readonly runtime: Runtime;
  /** Ends the process after the answer is sent. */
  shutdown(drain: boolean): void;
}

export interface Call<Body, Query> {
  readonly caller: Caller;
  /** Placeholders of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
}

/** One route: its scope, what it takes, what it does. What it resolves with is the answer; undefined is 204. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly scope: Scope;
  readonly body?: TSchema;
  readonly query?: TSchema;
  readonly status?: number;
  handle(host: Host, call: Call<unknown, unknown>): Promise<unknown>;
}

interface Definition<Body extends TSchema, Query extends TSchema> extends Omit<Route, 'body' | 'query' | 'handle'> {
  readonly body?: Body;
  readonly query?: Query;
  handle(host: Host, call: Call<Static<Body>, Static<Query>>): Promise<unknown>;
}

/** Ties the handler's types to the schemas that are checked before it is called. */
export function route<Body extends TSchema = TSchema, Query extends TSchema = TSchema>(definition: Definition<Body, Query>): Route {
  return definition as Route;
}
