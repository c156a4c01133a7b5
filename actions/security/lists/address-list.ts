import { type Network, readNetwork, widest } from '../addresses.ts';
import type { List } from './list.ts';

/** Addresses and networks, one a line; those that a network of the list holds are not shown beside it. */
export function addressList(file: string): List {
  return {
    file,
    key: (line) => networkOf(line)?.text,
    lines: (keys) => widest(keys.flatMap((key) => networkOf(key) ?? [])).map(({ text }) => text),
    now: Date.now,
  };
}

function networkOf(line: string): Network | undefined {
  const network = readNetwork(line.split('#')[0] ?? '');
  return typeof network === 'string' ? undefined : network;
}
