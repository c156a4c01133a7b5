/** Words that follow "the host", "user" and the like and are no names. */
const common = new Set(
  'the a an this that these those it its them their his her our my your which who whom whose and or but if then so as at by for from in into of off on onto out over to up with without about after before during until while is are was were be been being has have had do does did will would shall should can could may might must not no any all every each some now immediately asap please urgently first also too again involved affected infected compromised suspicious attacking malicious bad offending question incident ticket alert case report team group network traffic via using saying because since due there here where when why how what until unless than back down away already still just only even once new old other another same such well page list file files log logs'.split(
    ' ',
  ),
);

const machine =
  'hosts?|servers?|machines?|workstations?|laptops?|endpoints?|computers?|nodes?|vms?|instances?|box(?:es)?|systems?|desktops?|devices?';
const person = 'users?|accounts?|employees?|logins?|usernames?|people|person';
const item = '[a-z0-9_](?:[\\w.@$-]*[\\w$])?';
const list = `${item}(?:(?:\\s*,\\s*(?:and\\s+)?|\\s+(?:and|&|plus)\\s+|\\s*&\\s*)(?:the\\s+)?${item})*`;

const named = (kind: string) =>
  new RegExp(`\\b(?:${kind})\\b(?:\\s+(?:called|named|with (?:the )?name|with (?:the )?id))?\\s*:?\\s+(${list})`, 'gi');
const before = (kind: string) =>
  new RegExp(`\\b(?:the|on|of|from|for|isolate|quarantine|release|contain|disconnect)\\s+(${item})\\s+(?:${kind})\\b`, 'gi');

/** Names such as `web-01`, `DB3`, `ws-4711`: letters and a number. */
const numbered =
  /(?<![\w./@:-])(?:[a-z]{1,}[a-z0-9]*(?:[-_][a-z0-9]+)*[-_]?\d{1,5}(?:\.[a-z0-9-]+)*|[a-z]{2,}(?:-[a-z0-9]+){1,4})(?![\w/@:-])/gi;

/** Hosts that a text names, in order, as written. */
export function hostsIn(text: string): string[] {
  const found = [...listed(text, named(machine)), ...listed(text, before(machine))];
  const alone = found.length > 0 ? [] : [...text.matchAll(numbered)].map(([name]) => name).filter((name) => !noHost.test(name));
  return [...new Set([...found, ...alone])].filter((name) => !common.has(name.toLowerCase()));
}
const noHost =
  /^(?:sha-?\d+|md5|ipv?[46]|t\d{4}|log4j|base64|utf-?8|http2|tcp|udp|p[0-4]|sev-?\d|inc-?\d+|ticket-?\d+|(?:brute|cross|drive|command|two|multi|real|follow|re|un|non|pre|sub|co|e|x)-\w+.*|\w+-(?:up|in|by|out|off|on|level|related|based|wide|term|force|site|day|hour|minute|week|time))$/i;

/** Users that a text names: behind "users" or "passwords of", before "'s password", or as mail addresses. */
export function usersIn(text: string): string[] {
  const found = [
    ...listed(text, named(person)),
    ...listed(
      text,
      new RegExp(`\\b(?:passwords?|credentials?|logins?)\\s+(?:of|for)\\s+(?:(?:the\\s+)?(?:${person})\\s+)?(${list})`, 'gi'),
    ),
    ...listed(text, new RegExp(`\\b(${item})(?:'s|’s|s')\\s+(?:password|credentials?|account|login)`, 'gi')),
    ...listed(text, new RegExp(`\\b(?:reset|rotate|change|expire)\\s+(${list})\\s+(?:password|credential)s?\\b`, 'gi')),
  ];
  return [...new Set(found)].filter((name) => !common.has(name.toLowerCase()) && !/^(?:password|credential|user|account)s?$/i.test(name));
}

function listed(text: string, pattern: RegExp): string[] {
  const names: string[] = [];
  for (const match of text.matchAll(pattern)) {
    // A list ends at the first word that is no name: "alice and then …".
    for (const name of (match[1] ?? '').split(/\s*,\s*(?:and\s+)?|\s+(?:and|&|plus)\s+|\s*&\s*/)) {
      const bare = name.replace(/^the\s+/i, '');
      if (bare === '' || common.has(bare.toLowerCase()) || verbs.test(bare)) break;
      names.push(bare);
    }
  }
  return names;
}

/** Verbs that begin the next part of a sentence: "isolate host web1 and notify the team". */
const verbs =
  /^(?:block|unblock|ban|unban|isolate|release|quarantine|contain|notify|alert|tell|inform|warn|email|page|message|send|post|investigate|collect|gather|check|look|lookup|hunt|search|scan|find|reset|rotate|deploy|apply|map|import|export|analy[sz]e|enrich|classify|validate|wait|copy|read|write|run|start|stop|restart|escalate|report|let|make|create|open|close|ask)$/i;
