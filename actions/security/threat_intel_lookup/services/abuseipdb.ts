import { timeOf } from '../../feeds/entry.ts';
import { isObject, type Service, textOf } from './service.ts';

/** https://docs.abuseipdb.com, version 2, `check`: addresses only. Its own confidence of abuse is the score. */
export const abuseipdb: Service = {
  name: 'abuseipdb',
  title: 'AbuseIPDB',
  url: 'https://api.abuseipdb.com/api/v2',
  keyHeader: 'Key',
  question: ({ type, value }, days) =>
    type === 'ip' ? { path: '/check', query: { ipAddress: value, maxAgeInDays: Math.min(365, days) } } : undefined,
  opinion: ({ data }, { value }) => {
    if (!isObject(data) || typeof data.abuseConfidenceScore !== 'number') return undefined;
    const lastSeen = timeOf(textOf(data.lastReportedAt));
    const reports = typeof data.totalReports === 'number' ? data.totalReports : 0;
    const about = [textOf(data.usageType), data.isTor === true ? 'Tor' : undefined, reports > 0 ? `${reports} reports` : undefined];
    return {
      score: data.isWhitelisted === true ? 0 : data.abuseConfidenceScore,
      ...(lastSeen && { lastSeen }),
      tags: about.filter((tag) => tag !== undefined),
      reference: `https://www.abuseipdb.com/check/${value}`,
    };
  },
};
