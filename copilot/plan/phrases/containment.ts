import type { Phrase } from '../phrase.ts';
import { address, always, duration, host, shown, shownDuration, users, words } from '../slots.ts';
import { ruleAgainst, ruleKinds } from './waf-rules.ts';

const ips = '(?:ip|address|range|subnet|network|source|attacker|traffic|cidr|\\d|[0-9a-f]*:)';

/** The way, where it is named: "on nftables", "in LDAP". */
const method = (...names: readonly string[]) =>
  words('method', new RegExp(`\\b(?:on|with|via|by|using|in|through|over)\\s+(?:the\\s+)?(${names.join('|')})\\b`, 'i'), (name) =>
    name.toLowerCase(),
  );

/** What keeps an attacker out, and what takes it back. */
export const containment: readonly Phrase[] = [
  {
    uses: 'security/is_blocked',
    says: /(?:^\s*(?:is|are)|\b(?:check|see|whether|if|verify|look))\b.*\b(?:blocked|banned|denied|on the (?:block|black|deny)\s*list|blacklisted)\b/i,
    slots: [address('ip', 'Which address should be looked up?'), always('expect', 'any')],
    each: 'ip',
    summary: ({ ip }) => `Look up whether ${shown(ip) ?? 'an address'} is blocked`,
  },
  {
    uses: 'security/unblock_ip',
    says: /\b(?:un-?block|un-?ban|un-?blacklist|whitelist|allow)\b|\b(?:remove|lift|take|drop|undo|delete|cancel)\b.*\b(?:block(?:list)?|ban|blacklist|deny ?list)\b|\ballow\b.*\b(?:again|back)\b/i,
    slots: [address('ip', 'Which address should be unblocked?')],
    each: 'ip',
    summary: ({ ip }) => `Unblock ${shown(ip) ?? 'an address'}`,
  },
  {
    uses: 'security/block_ip',
    says: new RegExp(
      `\\b(?:block|ban|blacklist|blocklist|deny|drop|black-?hole|shun)\\b.*${ips}|\\b(?:add|put)\\b.*\\b(?:block|black|deny)\\s*-?list\\b|\\bcut\\b.*\\boff\\b.*\\b(?:ip|address|\\d+\\.\\d+)|\\b(?:block|ban|blacklist|shun)\\s+(?:it|them|him|this|that|the attacker)\\b|^\\s*(?:block|ban|blacklist)\\s*$`,
      'i',
    ),
    slots: [
      address('ip', 'Which address should be blocked?'),
      duration('duration', 'How long should it be blocked?'),
      method('nftables', 'api'),
      words('reason', /\b(?:because(?: of)?|due to|reason:?)\s+(.+?)\s*$/i),
    ],
    each: 'ip',
    summary: ({ ip, duration: time }) => `Block ${shown(ip) ?? 'an address'}${shownDuration(time)}`,
  },
  {
    uses: 'security/release_host',
    says: /\b(?:release|un-?isolate|un-?quarantine|reconnect|de-?isolate)\b|\b(?:lift|end|remove|undo|take)\b.*\b(?:isolation|quarantine)\b|\b(?:bring|put|let)\b.*\bback\b.*\b(?:network|online)\b/i,
    slots: [host('host', 'Which host should be released?')],
    each: 'host',
    summary: ({ host: name }) => `Release ${shown(name) ?? 'a host'} from isolation`,
  },
  {
    uses: 'security/isolate_host',
    says: /\b(?:isolate|quarantine|contain|disconnect|unplug)\b|\bcut\b.*\boff\b|\btake\b.*\boff (?:the )?(?:network|line)\b|\b(?:remove|pull)\b.*\b(?:from|off) the network\b/i,
    unless: /\bfile\b/i,
    slots: [host('host', 'Which host should be isolated?'), duration('duration', undefined), method('nftables')],
    each: 'host',
    summary: ({ host: name, duration: time }) => `Isolate ${shown(name) ?? 'a host'} from the network${shownDuration(time)}`,
  },
  {
    uses: 'security/reset_passwords',
    says: /\b(?:reset|rotate|change|expire|renew|force|revoke|invalidate)\b.*\b(?:passwords?|credentials?|logins?|passwd)\b/i,
    slots: [users('users', 'Whose passwords should be reset?'), method('ldap', 'unix', 'http')],
    summary: ({ users: names }) => `Reset the passwords of ${shown(names) ?? 'users'}`,
  },
  {
    uses: 'security/deploy_waf_rules',
    says: /\b(?:deploy|apply|push|roll ?out|install|add|enable|activate|put|create|update)\b.*\b(?:waf|mod_?security|web application firewall|firewall)\b.*\brules?\b|\b(?:deploy|apply|push|roll ?out|install|add|enable|activate|put)\b.*\brules?\b.*\b(?:waf|mod_?security|web application firewall)\b|\bwaf\b.*\bagainst\b|\b(?:virtual(?:ly)? patch)\b/i,
    slots: [
      {
        parameter: 'rule',
        find: ({ text }) => /[`"“'](\s*SecRule[^`”]*)[`"”']/i.exec(text)?.[1] ?? ruleAgainst(text),
        ask: {
          question: 'What should the rule stop? Choose a kind of attack, or give a ModSecurity rule.',
          options: () => ruleKinds,
          read: (answer) => (/\bSecRule\b/i.test(answer) ? answer.trim() : ruleAgainst(answer)),
        },
      },
    ],
    summary: ({ rule }) => `Deploy a web application firewall rule${rule === undefined ? '' : `: ${shown(rule)?.slice(0, 100)}`}`,
  },
];
