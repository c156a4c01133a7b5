import { maskOf, type Network, readNetwork } from '../addresses.ts';
import type { Ruleset } from './nft.ts';
import type { HeldTable } from './table.ts';

/**
 * Nothing from or to what is blocked, on the host itself and through it. One set for each length of a prefix that is in use, looked up
 * with its mask: networks may then overlap and each keeps its own end, which one set of intervals does not allow.
 */
export const blockTable: HeldTable = {
  name: 'runwright',
  key(set, element) {
    const bits = /^v[46]_(\d+)$/.exec(set)?.[1];
    const network = bits === undefined ? '' : readNetwork(`${element}/${bits}`);
    return typeof network === 'string' ? undefined : network.text;
  },
  places: (key) => networksOf([key]).map((network) => ({ set: setOf(network), element: network.address })),
  frame: (keys, found) => [
    ...chains.filter(({ name }) => !hasChain(found, name)).map(({ name, hook }) => `add chain inet runwright ${name}${hook}`),
    ...chains.flatMap(({ name, jumps }) =>
      jumps.filter((to) => !hasRule(found, name, `"target":"${to}"`)).map((to) => `add rule inet runwright ${name} jump ${to}`),
    ),
    ...[...new Map(networksOf(keys).map((network) => [setOf(network), network])).values()].flatMap((network) =>
      setAndRules(network, found),
    ),
  ],
};

const chains = [
  { name: 'from', hook: '', jumps: [] },
  { name: 'to', hook: '', jumps: [] },
  { name: 'input', hook: hooked('input'), jumps: ['from'] },
  { name: 'output', hook: hooked('output'), jumps: ['to'] },
  { name: 'forward', hook: hooked('forward'), jumps: ['from', 'to'] },
];

function hooked(hook: string): string {
  return ` { type filter hook ${hook} priority -10; policy accept; }`;
}

const setOf = ({ family, bits }: Network): string => `v${family}_${bits}`;

function setAndRules(network: Network, found: Ruleset): readonly string[] {
  const set = setOf(network);
  const { family, bits } = network;
  const protocol = family === 4 ? 'ip' : 'ip6';
  const mask = bits === (family === 4 ? 32 : 128) ? '' : ` & ${maskOf(network)}`;
  const rule = (chain: string, side: string) =>
    hasRule(found, chain, `"@${set}"`) ? [] : [`add rule inet runwright ${chain} ${protocol} ${side}${mask} @${set} counter drop`];
  return [`add set inet runwright ${set} { type ipv${family}_addr; flags timeout; }`, ...rule('from', 'saddr'), ...rule('to', 'daddr')];
}

const networksOf = (keys: readonly string[]): Network[] =>
  keys.flatMap((key) => {
    const network = readNetwork(key);
    return typeof network === 'string' ? [] : [network];
  });

export const hasChain = (found: Ruleset, name: string): boolean => found.some(({ chain }) => Object(chain ?? {}).name === name);

export const hasRule = (found: Ruleset, chain: string, part: string): boolean =>
  found.some(({ rule }) => Object(rule ?? {}).chain === chain && JSON.stringify(rule).includes(part));
