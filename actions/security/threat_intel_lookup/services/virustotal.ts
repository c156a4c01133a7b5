import { timeOf } from '../../feeds/entry.ts';
import type { Indicator } from '../../indicators/indicator.ts';
import { isObject, type Service, textsOf } from './service.ts';

/** Points for an engine that says malicious, and for one that says suspicious; 100 at most. */
const malicious = 10;
const suspicious = 5;

/** https://docs.virustotal.com, version 3: the objects of files, URLs, domains and addresses. */
export const virustotal: Service = {
  name: 'virustotal',
  title: 'VirusTotal',
  url: 'https://www.virustotal.com/api/v3',
  keyHeader: 'x-apikey',
  question: (indicator) => {
    const object = objectOf(indicator);
    return object === undefined ? undefined : { path: `/${object}` };
  },
  opinion: ({ data }, indicator) => {
    const attributes = isObject(data) && isObject(data.attributes) ? data.attributes : {};
    const { last_analysis_stats: stats } = attributes;
    if (!isObject(stats)) return undefined;
    const number = (name: string) => (typeof stats[name] === 'number' ? stats[name] : 0);
    const time = (...names: string[]) => names.map((name) => attributes[name]).find((value) => typeof value === 'number');
    const firstSeen = timeOf(time('first_submission_date', 'creation_date'));
    const lastSeen = timeOf(time('last_analysis_date', 'last_submission_date'));
    const [bad, doubtful] = [number('malicious'), number('suspicious')];
    return {
      score: Math.min(100, bad * malicious + doubtful * suspicious),
      ...(firstSeen && { firstSeen }),
      ...(lastSeen && { lastSeen }),
      tags: [...(bad + doubtful > 0 ? [`${bad} malicious, ${doubtful} suspicious`] : []), ...textsOf(attributes.tags)].slice(0, 20),
      reference: `https://www.virustotal.com/gui/${pages[indicator.type]}/${indicator.type === 'url' ? urlId(indicator.value) : indicator.value}`,
    };
  },
};

const pages = { ip: 'ip-address', cidr: 'search', domain: 'domain', url: 'url', hash: 'file' } as const;

function objectOf({ type, value }: Indicator): string | undefined {
  switch (type) {
    case 'ip':
      return `ip_addresses/${encodeURIComponent(value)}`;
    case 'domain':
      return `domains/${value}`;
    case 'url':
      return `urls/${urlId(value)}`;
    case 'hash':
      return value.length === 128 ? undefined : `files/${value}`;
    case 'cidr':
      return undefined;
  }
}

/** Base64 for URLs, without padding. */
const urlId = (url: string): string => Buffer.from(url).toString('base64url');
