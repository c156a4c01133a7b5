import { hostOf, type Indicator, keyOf, networkOf, readIp, withParents } from '../indicators/indicator.ts';
import { type FeedEntry, merged } from './entry.ts';

/** More matches of one feed for one network say nothing new. */
const mostInside = 20;

/** One feed's entries, found by what they cover: a network covers its addresses, a domain its subdomains, a host its URLs. */
export class FeedIndex {
  readonly #entries = new Map<string, FeedEntry>();
  /** Lengths of the networks there are, so that few have to be tried. */
  readonly #lengths = { ipv4: new Set<number>(), ipv6: new Set<number>() };

  /** Addresses in order, made when a network is looked up. */
  #sorted: Record<'ipv4' | 'ipv6', { key: string; entry: FeedEntry }[]> | undefined;

  get size(): number {
    return this.#entries.size;
  }

  add(entry: FeedEntry): void {
    const key = keyOf(entry);
    const known = this.#entries.get(key);
    this.#sorted = undefined;
    this.#entries.set(key, known ? merged(known, entry) : entry);
    if (entry.type !== 'cidr') return;
    const [base = '', length = ''] = entry.value.split('/');
    this.#lengths[base.includes(':') ? 'ipv6' : 'ipv4'].add(Number(length));
  }

  values(): Iterable<FeedEntry> {
    return this.#entries.values();
  }

  lookup(indicator: Indicator): FeedEntry[] {
    switch (indicator.type) {
      case 'hash':
        return this.#exact(indicator);
      case 'domain':
        return withParents(indicator.value).flatMap((value) => this.#exact({ type: 'domain', value }));
      case 'ip':
        return [...this.#exact(indicator), ...this.#networks(indicator.value, 129)];
      case 'cidr': {
        const [base = '', length = ''] = indicator.value.split('/');
        return [...this.#exact(indicator), ...this.#networks(base, Number(length)), ...this.#inside(base, Number(length))];
      }
      case 'url': {
        const host = hostOf(indicator.value);
        return [...this.#exact(indicator), ...(host ? this.lookup(host) : [])];
      }
    }
  }

  #exact(indicator: Indicator): FeedEntry[] {
    const entry = this.#entries.get(keyOf(indicator));
    return entry ? [entry] : [];
  }

  /** The networks shorter than `below` bits that the address is in. */
  #networks(address: string, below: number): FeedEntry[] {
    const ip = readIp(address);
    if (!ip) return [];
    const lengths = [...this.#lengths[ip.kind()]].filter((length) => length < below);
    return lengths.flatMap((length) => this.#exact({ type: 'cidr', value: networkOf(ip, length) }));
  }

  #inside(base: string, length: number): FeedEntry[] {
    const ip = readIp(base);
    if (!ip) return [];
    this.#sorted ??= { ipv4: this.#addresses('ipv4'), ipv6: this.#addresses('ipv6') };
    const sorted = this.#sorted[ip.kind()];
    const first = hex(ip.toByteArray());
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((sorted[middle]?.key ?? '') < first) from = middle + 1;
      else to = middle;
    }
    const found: FeedEntry[] = [];
    for (const { entry } of sorted.slice(from, from + mostInside)) {
      const other = readIp(entry.value);
      if (!other || networkOf(other, length) !== `${base}/${length}`) break;
      found.push(entry);
    }
    return found;
  }

  #addresses(family: 'ipv4' | 'ipv6'): { key: string; entry: FeedEntry }[] {
    const keyed = [...this.#entries.values()].flatMap((entry) => {
      const ip = entry.type === 'ip' ? readIp(entry.value) : undefined;
      return ip?.kind() === family ? [{ key: hex(ip.toByteArray()), entry }] : [];
    });
    return keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString('hex');
