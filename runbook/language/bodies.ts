import { resolve, type Schema, typesOf } from '../schema/schema.ts';
import { entryOf, type MapNode } from '../syntax/tree.ts';

export interface Body {
  readonly plain: string;
  readonly snippet?: string;
}

interface Where {
  readonly map: MapNode | undefined;
  /** A line break, with the blanks that a key of the same map begins with, and with those of one below it. */
  readonly beside: string;
  readonly below: string;
}

/** Keys whose usual form is worth more than their colon, each as a snippet. `missing` leaves out what the map has already. */
const snippets: Readonly<Record<string, (where: Where, missing: (key: string, text: string) => string) => string>> = {
  'for-each': ({ beside, below }, missing) =>
    ` \${1:inputs.items}${missing('as', `${beside}as: \${2:item}`)}${missing('steps', `${beside}steps:${below}- $0`)}`,
  repeat: ({ beside, below }, missing) =>
    `${below}until: \${1:success()}${below}max: \${2:20}${below}delay: \${3:10s}${missing('steps', `${beside}steps:${below}- $0`)}`,
  switch: ({ below }) =>
    `${below}- if: \${1:success()}${below}  steps:${below}    - $2${below}- else: true${below}  steps:${below}    - $0`,
  wait: () => ' ${1:30s}',
  set: ({ below }) => `${below}\${1:name}: $0`,
  agent: ({ below }) => `${below}goal: \${1:What to reach}${below}tools: [$0]`,
  approve: ({ below }) => `${below}message: \${1:Go on?}$0`,
  retry: ({ below }) => `${below}attempts: \${1:3}${below}delay: \${2:5s}$0`,
  concurrency: ({ below }) => `${below}group: \${1:name}${below}on-busy: \${2|queue,reject,cancel|}$0`,
  cache: ({ below }) => `${below}key: \${1:name}${below}ttl: \${2:10m}$0`,
  alert: ({ below }) => `${below}source: \${1:prometheus}${below}match: \${2:alert.labels.alertname == 'Name'}$0`,
  schedule: ({ below }) => `${below}cron: "\${1:0 3 * * *}"$0`,
  inputs: ({ below }) =>
    `${below}\${1:name}:${below}  type: \${2|string,number,integer,boolean,choice,duration,list,object,file|}${below}  description: $0`,
  targets: ({ below }) => `${below}\${1:name}:${below}  type: \${2|ssh,http,postgres,mysql,local|}$0`,
};

/** What follows a key: its colon and a blank, or the next line where only a map or a list can stand. */
export function bodyOf(key: string, schema: Schema, flow: boolean, map: MapNode | undefined, column: number): Body {
  if (flow || key === 'run') return { plain: ': ' };
  const beside = `\n${' '.repeat(column)}`;
  const below = `${beside}  `;
  const [type, ...others] = typesOf(schema);
  const item = schema.items && resolve(schema.items);
  const list = type === 'array' && others.length === 0 && (item?.type === 'object' || item?.properties !== undefined);
  const plain = list ? `:${below}- ` : type === 'object' && others.length === 0 ? `:${below}` : ': ';
  const make = Object.hasOwn(snippets, key) ? snippets[key] : undefined;
  const snippet = make?.({ map, beside, below }, (name, text) => (entryOf(map, name) ? '' : text));
  return { plain, snippet: snippet === undefined ? undefined : `:${snippet}` };
}
