import type { Json } from '../../../runbook/core/json.ts';
import { valuesOf } from '../entities.ts';
import type { Phrase, Slot } from '../phrase.ts';
import { file, filesIn, host, indicators, nonEmpty, shown, words } from '../slots.ts';

/** How long to wait at most. */
const patience: Slot = { parameter: 'timeout', find: ({ entities }) => since(valuesOf(entities, 'duration')[0]) };

/** What finds out. */
export const investigation: readonly Phrase[] = [
  {
    uses: 'security/attack_map',
    says: /\b(?:map|tag|label|relate|match|align|annotate|link)\b.*\b(?:att&?ck|mitre|techniques?|tactics?|ttps?)\b|\bwhich\b.*\b(?:att&?ck|mitre)\b.*\btechniques?\b|\b(?:att&?ck|mitre)\b.*\bmapping\b/i,
    slots: [
      {
        parameter: 'findings',
        find: (_clause, { before }) => {
          const hunt = before.findLast(({ uses }) => uses === 'security/hunt_similar_attacks' || uses === 'security/investigate_behavior');
          return hunt === undefined
            ? undefined
            : `\${{ steps.${hunt.id}.outputs.${hunt.uses.endsWith('behavior') ? 'findings' : 'hits'} }}`;
        },
      },
      {
        parameter: 'text',
        find: ({ entities, text }, { before, known }) =>
          entities.find(({ kind }) => kind === 'quoted')?.value ??
          /:\s*(.+)$/.exec(text)?.[1] ??
          (before.length > 0 ? undefined : known.description),
        ask: {
          question: 'Which findings should be mapped? Paste the text of the alert or report.',
          unless: 'findings',
          read: (answer) => answer.trim() || undefined,
        },
      },
    ],
    summary: () => 'Map the findings to MITRE ATT&CK techniques',
  },
  {
    uses: 'security/threat_intel_lookup',
    says: /\b(?:threat[\s-]*intel(?:ligence)?|reputation|ioc|virus ?total|abuse ?ip ?db|otx|alienvault|threat feeds?)\b|\b(?:look ?up|check|query|enrich|investigate)\b.*\b(?:hash|domain|indicator|iocs?)\b|\b(?:is|are)\b.*\b(?:malicious|known bad|dangerous)\b|\b(?:is|are)\s+(?:the\s+)?(?:(?:ip|address|domain|file|hash|url|link|site)\s+)*\S*[\d.:]\S*\s.*\b(?:malware|bad|a (?:known )?threat|suspicious|harmful|infected)\b|\b(?:look ?up|what (?:do we|is) know[n]? about)\b/i,
    unless: /\b(?:hunt|sweep|\.csv|\.jsonl?|\.xlsx?)\b/i,
    slots: [
      only('indicators', (found) => Array.isArray(found)),
      only('indicator', (found) => !Array.isArray(found), 'indicators'),
      {
        parameter: 'sources',
        find: ({ text }) =>
          nonEmpty([...text.matchAll(/\b(virus ?total|abuse ?ip ?db|otx)\b/gi)].map(([name]) => name.toLowerCase().replaceAll(' ', ''))),
      },
    ],
    summary: ({ indicator, indicators: several, sources }) =>
      `Look up ${shown(indicator ?? several) ?? 'an indicator'} in ${sources === undefined ? 'threat intelligence' : shown(sources)}`,
  },
  {
    uses: 'security/hunt_similar_attacks',
    says: /\bhunt\b|\bsweep\b|\b(?:search|scan|look|grep|find|check)\b.*(?:\/var\/log\/|\.log\b)|\b(?:search|scan|look|grep|find|check)\b.*\b(?:logs?|similar|other (?:hosts|attacks|systems)|same (?:attack|pattern|indicator)|elsewhere|signs? of|traces? of|indicators? of)\b|\bsigma\b/i,
    slots: [
      indicators('indicators', 'What should be searched for: which addresses, domains, links or hashes?', true, 'rules'),
      {
        parameter: 'files',
        find: ({ entities }) => nonEmpty(valuesOf(entities, 'file').filter((name) => !/\.ya?ml$/i.test(name))),
        ask: {
          question: 'Which logs should be searched?',
          options: () => ['/var/log/auth.log', '/var/log/syslog', '/var/log/nginx/access.log'],
          read: (answer) => nonEmpty(filesIn(answer)),
        },
      },
      { parameter: 'rules', find: ({ entities }) => nonEmpty(valuesOf(entities, 'file').filter((name) => /\.ya?ml$/i.test(name))) },
    ],
    summary: ({ indicators: found, files }) =>
      `Hunt for similar attacks${found === undefined ? '' : ` by ${shown(found)}`}${files === undefined ? '' : ` in ${shown(files)}`}`,
  },
  {
    uses: 'security/investigate_behavior',
    says: /\b(?:investigate|triage|forensics?|examine|inspect)\b|\b(?:collect|gather|preserve|capture|secure|save|pull)\b.*\b(?:evidence|forensics?|artifacts?|artefacts?|triage)\b|\b(?:open|create|start)\b.*\b(?:forensic|investigation)\b|\b(?:have|take) a (?:closer |good |quick )?look at\b|\bfind out what\b.*\b(?:on|with)\b|\blook into\s+(?:the\s+)?(?:host|server|machine|workstation|laptop|system|incident|alert|\S*\d)/i,
    unless: /\b(?:why|runs?|steps?|fail(?:ed|s|ure|ing)?|errors?|runbooks?|workflows?)\b/i,
    slots: [
      host('host', undefined),
      { parameter: 'since', find: ({ entities }) => since(valuesOf(entities, 'duration')[0]) },
      { parameter: 'indicators', find: ({ entities }) => nonEmpty(valuesOf(entities, 'hash', 'url', 'file')) },
    ],
    each: 'host',
    summary: ({ host: name }) => `Investigate ${shown(name) ?? 'this machine'} and collect the evidence`,
  },
  {
    uses: 'wait/port',
    says: /\bwait\b.*\bport\b/i,
    slots: [
      words('port', /\bport\s+(\d{1,5})\b/i, Number, {
        question: 'Which port?',
        read: (answer) => (/^\D*(\d{1,5})\D*$/.exec(answer)?.[1] === undefined ? undefined : Number(/(\d{1,5})/.exec(answer)?.[1])),
      }),
      words(
        'host',
        /\b(?:on|of|at)\s+(?!ports?\b)(?:the\s+)?(?:host\s+|server\s+)?(?!ports?\b)([a-z0-9][\w.-]*)|\b(?:until|for|till)\s+(?!ports?\b)([a-z0-9][\w.-]*)\s+(?:answers|listens|is|opens|accepts)\b.*\bport\b/i,
      ),
      words('state', /\b(clos(?:ed?|es)|down|free)\b/i, () => 'closed'),
      patience,
    ],
    summary: ({ port, host: name, state }) =>
      `Wait until port ${shown(port) ?? '?'}${name === undefined ? '' : ` of ${shown(name)}`} is ${shown(state) ?? 'open'}`,
  },
  {
    uses: 'wait/http',
    says: /\bwait\b.*(?:https?:|\b(?:site|website|page|service|endpoint|url|answers?|responds?)\b)/i,
    slots: [
      {
        parameter: 'url',
        find: (clause) => clause.entities.find(({ kind }) => kind === 'url')?.value,
        ask: { question: 'Which address should answer?', read: (answer) => /https?:\/\/\S+/i.exec(answer)?.[0] },
      },
      patience,
    ],
    summary: ({ url }) => `Wait until ${shown(url) ?? 'a service'} answers`,
  },
  {
    uses: 'http/request',
    says: /\b(?:get|fetch|call|request|query|download|post|put|patch|head|send)\b.*https?:\/\/|^\s*DELETE\s+https?:\/\//i,
    unless: /\b(?:webhook|wait)\b/i,
    slots: [
      { parameter: 'url', find: (clause) => clause.entities.find(({ kind }) => kind === 'url')?.value },
      words('method', /\b(POST|PUT|PATCH|DELETE|HEAD)\b/, (text) => text),
    ],
    summary: ({ url, method }) => `Send ${method === undefined ? 'a request' : `a ${shown(method)} request`} to ${shown(url)}`,
  },
  {
    uses: 'file/copy',
    says: /\bcopy\b.*\bto\b/i,
    slots: [file('from', 'Which file should be copied?', 0), file('to', 'Where should it be copied to?', 1)],
    summary: ({ from, to }) => `Copy ${shown(from) ?? 'a file'} to ${shown(to) ?? 'another place'}`,
  },
  {
    uses: 'file/write',
    says: /\bwrite\b.*["“'`].*\b(?:to|into)\b/i,
    slots: [file('path', 'Which file should be written?', 0, /^[^\s]*[./][^\s]*$/), words('content', /["“'`]([^"”'`]*)["”'`]/)],
    summary: ({ path }) => `Write ${shown(path) ?? 'a file'}`,
  },
  {
    uses: 'file/read',
    says: /\b(?:read|show|print|cat|open)\b.*(?:\bfile\b|\.(?:txt|log|conf|cfg|ini|ya?ml|md)\b|\/\w)/i,
    unless: /\b(?:step|runbook|run)\b/i,
    slots: [file('path', 'Which file should be read?', 0)],
    summary: ({ path }) => `Read ${shown(path) ?? 'a file'}`,
    confidence: 0.8,
  },
];

/** One thing goes as `indicator`, several go together as `indicators`. */
function only(parameter: string, fits: (found: Json) => boolean, unless?: string): Slot {
  const slot = indicators(parameter, unless && 'Which address, domain, link or hash should be looked up?', false, unless);
  return {
    ...slot,
    find(clause, around) {
      const found = slot.find(clause, around);
      return found !== undefined && fits(found) ? found : undefined;
    },
  };
}

const since = (seconds: string | undefined) => (seconds === undefined || seconds === 'permanent' ? undefined : `${seconds}s`);
