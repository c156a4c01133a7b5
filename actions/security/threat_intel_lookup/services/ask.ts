import ipaddr from 'ipaddr.js';
import type { ActionContext } from '../../../../engine/connectors/action.ts';
import { type Problem, problem } from '../../../../runbook/core/errors.ts';
import type { Json } from '../../../../runbook/core/json.ts';
import { httpRequest } from '../../../http/request/request.ts';
import { mapping, wrong } from '../../feeds/source.ts';
import { hostOf, type Indicator } from '../../indicators/indicator.ts';
import { abuseipdb } from './abuseipdb.ts';
import { otx } from './otx.ts';
import { isObject, type Opinion, type Service } from './service.ts';
import { virustotal } from './virustotal.ts';

const services: readonly Service[] = [abuseipdb, otx, virustotal];
const defaultTrust = 90;
const defaultDays = 90;

/** A service with what the settings say about it. */
export interface AskedService {
  readonly name: string;
  /** 0 to 1. */
  readonly trust: number;
  readonly service: Service;
  readonly url: string;
  readonly key: string;
  /** How far back to look, where it can be told. */
  readonly days: number;
}

export type Answer =
  | { readonly kind: 'opinion'; readonly opinion: Opinion }
  | { readonly kind: 'nothing' }
  /** `final`: the next question would get the same answer. */
  | { readonly kind: 'failed'; readonly error: Problem; readonly final: boolean };

/** `intel.services`: by name `key`, and optional `url`, `trust`, `max_age` (days). Throws `intel-settings`, which quotes no key. */
export function readServices(settings: Json | undefined): AskedService[] {
  const given = mapping(mapping(settings, 'it').services, 'services');
  return Object.entries(given).map(([name, value]) => {
    const service = services.find((known) => known.name === name);
    if (!service) return wrong(`services has ${name}; known are ${services.map((known) => known.name).join(', ')}`);
    const { key, url = service.url, trust = defaultTrust, max_age: days = defaultDays, ...more } = mapping(value, name);
    const [unknown] = Object.keys(more);
    if (unknown !== undefined) return wrong(`services.${name} has ${unknown}; it may have key, url, trust and max_age`);
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,512}$/.test(key))
      return wrong(`services.${name} needs its key, from a secret: key: \${{ secrets.${name} }}`);
    if (typeof url !== 'string' || !/^https?:\/\/[^?#@]+$/.test(url) || !URL.canParse(url))
      return wrong(`services.${name}: url begins with https:// or http://`);
    if (typeof trust !== 'number' || trust < 0 || trust > 100) return wrong(`services.${name}: trust is a number from 0 to 100`);
    if (typeof days !== 'number' || days < 1 || !Number.isInteger(days)) return wrong(`services.${name}: max_age is a number of days`);
    return { name, service, url: url.replace(/\/+$/, ''), key, trust: trust / 100, days };
  });
}

/** One question. What only means something inside is kept from the service. */
export async function ask(asked: AskedService, indicator: Indicator, context: ActionContext, timeout: string): Promise<Answer> {
  const { service, url, key, days } = asked;
  const question = isInternal(indicator) ? undefined : service.question(indicator, days);
  if (!question) return { kind: 'nothing' };
  const outcome = await httpRequest(
    {
      url: `${url}${question.path}`,
      query: question.query ?? {},
      headers: { Accept: 'application/json', [service.keyHeader]: key },
      expect: ['2xx', 404],
      timeout,
    },
    { ...context, log: () => undefined },
  );
  if (outcome.kind === 'cancelled') return { kind: 'failed', error: problem('step-cancelled'), final: true };
  if (outcome.kind === 'failed') {
    const { message, remedy, class: kind } = outcome.error;
    const error = problem('intel-unreachable', { source: service.title, why: message }, { remedy, class: kind });
    return { kind: 'failed', error, final: kind !== 'invalid-input' };
  }
  if (outcome.outputs.status === 404) return { kind: 'nothing' };
  const { json = null } = outcome.outputs;
  const opinion = isObject(json) ? service.opinion(json, indicator) : undefined;
  if (opinion) return { kind: 'opinion', opinion };
  const why = json === null ? 'it is not JSON' : 'the fields are others';
  return { kind: 'failed', error: problem('intel-answer', { source: service.title, why }), final: false };
}

const inside = new Set(['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified', 'broadcast', 'multicast']);

/** Nobody outside can know it, and it would tell them how the inside is built. */
export function isInternal(indicator: Indicator): boolean {
  const { type, value } = indicator;
  if (type === 'ip') return inside.has(ipaddr.parse(value).range());
  if (type === 'domain') return /\.(local|localdomain|internal|intranet|lan|home|corp|arpa)$/.test(value);
  if (type !== 'url') return false;
  const host = hostOf(value);
  return host === undefined || isInternal(host);
}
