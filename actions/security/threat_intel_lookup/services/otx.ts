import type { Json } from '../../../../runbook/core/json.ts';
import { timeOf } from '../../feeds/entry.ts';
import type { Indicator } from '../../indicators/indicator.ts';
import { isObject, type Service, textOf, textsOf } from './service.ts';

/** Each pulse that lists it adds this much, up to the most: many pulses copy from each other. */
const each = 20;
const most = 90;
const mostTags = 20;

/** https://otx.alienvault.com/api, DirectConnect version 1, section `general`. */
export const otx: Service = {
  name: 'otx',
  title: 'AlienVault OTX',
  url: 'https://otx.alienvault.com',
  keyHeader: 'X-OTX-API-KEY',
  question: (indicator) => {
    const kind = kindOf(indicator);
    return kind === undefined ? undefined : { path: `/api/v1/indicators/${kind}/${encodeURIComponent(indicator.value)}/general` };
  },
  opinion: (answer, { value }) => {
    const { pulse_info: info } = answer;
    if (!isObject(info) || typeof info.count !== 'number') return undefined;
    const pulses = (Array.isArray(info.pulses) ? info.pulses : []).filter(isObject);
    const times = (name: string) => pulses.map((pulse) => timeOf(textOf(pulse[name]))).filter((time) => time !== undefined);
    const [firstSeen, lastSeen] = [times('created').sort()[0], times('modified').sort().at(-1)];
    const id = textOf(pulses[0]?.id);
    return {
      score: isWhitelisted(answer.validation) ? 0 : Math.min(most, info.count * each),
      ...(firstSeen && { firstSeen }),
      ...(lastSeen && { lastSeen }),
      tags: [...new Set(pulses.flatMap((pulse) => [...textsOf(pulse.tags), textOf(pulse.name) ?? '']))].filter(Boolean).slice(0, mostTags),
      reference: id
        ? `https://otx.alienvault.com/pulse/${id}`
        : `https://otx.alienvault.com/browse/global/pulses?q=${encodeURIComponent(value)}`,
    };
  },
};

function kindOf({ type, value }: Indicator): string | undefined {
  if (type === 'ip') return value.includes(':') ? 'IPv6' : 'IPv4';
  return { domain: 'domain', url: 'url', hash: value.length === 128 ? undefined : 'file', cidr: undefined }[type];
}

/** Well-known places are in pulses too, for what was seen beside them. */
const isWhitelisted = (validation: Json | undefined): boolean =>
  Array.isArray(validation) && validation.some((entry) => isObject(entry) && (entry.source === 'whitelist' || entry.source === 'majestic'));
