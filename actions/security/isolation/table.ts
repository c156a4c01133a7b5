import { type Network, widest } from '../addresses.ts';
import { hasChain } from '../nftables/blocks.ts';
import type { HeldTable } from '../nftables/table.ts';

/** The one key of the table. */
export const wholeHost = 'host';

export interface Open {
  readonly addresses: readonly Network[];
  readonly ports: readonly number[];
  readonly dhcp: boolean;
}

const name = 'runwright_isolation';
const families = ['ipv4', 'ipv6'];

/**
 * 1. The rules act only while the family of a packet is in the set `active`, whose elements end by the kernel's timer. Before the engine
 *    has come back they end within seconds: that is the dead man's switch, and no process on the host has to live for it.
 * 2. Rules and timer come in one transaction: there is no moment with one and without the other.
 * 3. No rule asks for the state of a connection. The one that is there when they come would not be known, and be cut. What leaves from
 *    a management port may not open a connection, so that nobody on the host gets out by using that port.
 */
export const isolationTable = (open: Open): HeldTable => ({
  name,
  fresh: true,
  key: (set, element) => (set === 'active' && families.includes(element) ? wholeHost : undefined),
  places: () => families.map((element) => ({ set: 'active', element })),
  frame: (_keys, found) => [
    ...(hasChain(found, 'isolated_in') ? [] : frame(open)),
    ...([4, 6] as const).flatMap((family) => elements(`open${family}`, widest(open.addresses.filter((one) => one.family === family)))),
    ...(open.ports.length === 0 ? [] : [`add element inet ${name} ports { ${open.ports.join(', ')} }`]),
  ],
});

const elements = (set: string, networks: readonly Network[]): readonly string[] =>
  networks.length === 0 ? [] : [`add element inet ${name} ${set} { ${networks.map(({ text }) => text).join(', ')} }`];

function frame({ dhcp }: Open): readonly string[] {
  const rule = (chain: string, text: string) => `add rule inet ${name} ${chain} ${text}`;
  const hooked = (hook: string) => `add chain inet ${name} ${hook} { type filter hook ${hook} priority -10; policy accept; }`;
  const neighbours = (more: string) => `icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, ${more} } accept`;
  return [
    `add set inet ${name} active { typeof meta nfproto; flags timeout; }`,
    `add set inet ${name} open4 { type ipv4_addr; flags interval; auto-merge; }`,
    `add set inet ${name} open6 { type ipv6_addr; flags interval; auto-merge; }`,
    `add set inet ${name} ports { type inet_service; }`,
    `add chain inet ${name} isolated_in`,
    `add chain inet ${name} isolated_out`,
    ...['input', 'output', 'forward'].map(hooked),
    rule('isolated_in', 'iifname "lo" accept'),
    rule('isolated_in', 'ip saddr @open4 tcp dport @ports accept'),
    rule('isolated_in', 'ip6 saddr @open6 tcp dport @ports accept'),
    // Without these no packet of full length comes through, and IPv6 finds nobody.
    rule('isolated_in', 'icmp type destination-unreachable accept'),
    rule('isolated_in', neighbours('nd-router-advert, packet-too-big')),
    ...(dhcp ? [rule('isolated_in', 'udp sport 67 udp dport 68 accept'), rule('isolated_in', 'udp sport 547 udp dport 546 accept')] : []),
    rule('isolated_in', 'counter drop'),
    rule('isolated_out', 'oifname "lo" accept'),
    rule('isolated_out', 'ip daddr @open4 tcp sport @ports tcp flags & (syn | ack) != syn accept'),
    rule('isolated_out', 'ip6 daddr @open6 tcp sport @ports tcp flags & (syn | ack) != syn accept'),
    rule('isolated_out', neighbours('nd-router-solicit')),
    ...(dhcp ? [rule('isolated_out', 'udp sport 68 udp dport 67 accept'), rule('isolated_out', 'udp sport 546 udp dport 547 accept')] : []),
    rule('isolated_out', 'counter drop'),
    rule('input', 'meta nfproto @active jump isolated_in'),
    rule('output', 'meta nfproto @active jump isolated_out'),
    rule('forward', 'meta nfproto @active counter drop'),
  ];
}
