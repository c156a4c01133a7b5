import type { Json } from '../../runbook/core/json.ts';
import type { Risk } from '../../runbook/core/model.ts';
import { Recent } from '../../runbook/core/recent.ts';
import { removals } from './risk-remove.ts';

export interface Finding {
  readonly risk: Risk;
  /** Ends the sentence "This step …". */
  readonly why: string;
}

interface Row extends Finding {
  readonly pattern: RegExp;
}

/** Where a shell takes a word as a command: at a beginning, behind a separator, or behind a command that runs another. */
const start = String.raw`(?:^|[\n;&|({\x60!]|(?<![\w-])(?:sudo|doas|exec|nohup|env|xargs|then|do|else|command|builtin|nice|setsid|time|-exec|-execdir|(?:ba|z|da|k)?sh[ \t]+-\w{0,5}c|ssh(?:[ \t]+[\w@.:=/-]{1,60}){0,4})(?:[ \t]+-[\w-]{1,30}){0,4}[ \t]+)[ \t]{0,40}(?:\w{1,60}=[^\s;&|]{0,100}[ \t]+){0,4}(?:[\w./-]{0,100}/)?`;
const command = (words: string, rest = ''): RegExp => new RegExp(`${start}(?:${words})(?![\\w-])${rest}`, 'im');
/** Up to the end of the simple command. */
const args = String.raw`[^\n;&|]{0,250}`;

/** Scripts of any shell. Every quantifier is bounded or follows something it cannot match, so that no text is slow. */
const scriptRows: readonly Row[] = [
  // words that destroy
  {
    risk: 'critical',
    why: 'formats or repartitions a disk',
    pattern: command(
      String.raw`mkfs(?:\.\w{1,20})?|mkswap|wipefs|(?:c|s|g|sg)?fdisk(?![ \t]+-l)|parted(?![ \t]+-l)|Format-Volume|Clear-Disk|diskpart`,
    ),
  },
  {
    risk: 'critical',
    why: 'writes to a disk device',
    pattern: /\bof=\/dev\/(?!null\b|stdout\b|stderr\b)|>\s?\/dev\/(?:sd|nvme|vd|xvd|hd|mapper|disk)/i,
  },
  { risk: 'critical', why: 'is a fork bomb', pattern: /:\s?\(\)\s?\{[^}\n]{0,20}:\s?\|\s?:/ },
  { risk: 'high', why: 'copies bytes over a file with dd', pattern: command('dd', `${args}\\bof=(?!/dev/null)`) },
  { risk: 'high', why: 'overwrites or shreds files', pattern: command('shred|srm|truncate') },
  { risk: 'high', why: 'deletes every file that a search finds', pattern: command('find', `${args}-delete\\b`) },
  {
    risk: 'high',
    why: 'drops or empties a database object',
    pattern:
      /\b(?:drop\s{1,8}(?:table|database|schema|view|index|user|role|column)|truncate\s{1,8}table|delete\s{1,8}from|dropDatabase|FLUSHALL|FLUSHDB|dropdb|alter\s{1,8}table\s[^\n;]{0,200}\sdrop)\b/i,
  },
  {
    risk: 'high',
    why: 'deletes from a cluster',
    pattern: command('kubectl|oc|k3s kubectl', `${args}\\s(?:delete|drain|replace[ \\t]+--force|scale${args}--replicas[= ]0)\\b`),
  },
  { risk: 'high', why: 'uninstalls a release', pattern: command('helm', `${args}\\s(?:delete|uninstall|rollback)\\b`) },
  {
    risk: 'high',
    why: 'removes containers, images or volumes',
    pattern: command('docker|podman|nerdctl', `${args}\\s(?:rm|rmi|prune|down|kill)\\b`),
  },
  { risk: 'critical', why: 'destroys infrastructure', pattern: command('terraform|tofu|pulumi|cdk', `${args}\\s(?:destroy|down)\\b`) },
  { risk: 'high', why: 'changes infrastructure unasked', pattern: command('terraform|tofu', `${args}-auto-approve\\b`) },
  {
    risk: 'high',
    why: 'deletes from a cloud account',
    pattern: command(
      'aws|gcloud|az|doctl|oci|ibmcloud|openstack',
      `${args}[\\s-](?:delete|terminate|remove|rb|rm|purge|destroy|deregister|revoke)[\\w-]{0,40}`,
    ),
  },
  {
    risk: 'high',
    why: 'shuts a machine down or restarts it',
    pattern: command(String.raw`shutdown|reboot|halt|poweroff|init[ \t]+[06]|telinit|Stop-Computer|Restart-Computer`),
  },
  {
    risk: 'high',
    why: 'stops or disables a service',
    pattern: command('systemctl', `${args}\\b(?:stop|disable|mask|kill|poweroff|reboot|halt|isolate|rescue|emergency)\\b`),
  },
  { risk: 'high', why: 'stops a service', pattern: command('service', '[ \\t]+[\\w@.-]{1,80}[ \\t]+stop\\b') },
  {
    risk: 'high',
    why: 'kills every process of a kind',
    pattern: command(String.raw`killall5?|pkill|kill[ \t]+-\w{1,8}[ \t]+(?:--[ \t]+)?-1`),
  },
  {
    risk: 'high',
    why: 'changes the firewall or the network',
    pattern: command(
      'ip6?tables(?![^\\n;&|]{0,60}\\s-[nvx]{0,3}[LS])|nft(?![ \\t]+(?:-\\w+[ \\t]+)?list)|ufw(?![ \\t]+status)|firewall-cmd(?![ \\t]+--(?:list|get|state|query))|pfctl|ip[ \\t]+(?:link|route|addr|rule|netns)[ \\t]+(?:del|delete|flush|set)|ifdown|route[ \\t]+(?:del|flush)',
    ),
  },
  {
    risk: 'high',
    why: 'throws away work under version control',
    pattern: command(
      'git',
      `${args}\\s(?:push${args}(?:--force|-f\\b|--delete|--mirror)|reset[ \\t]+--hard|clean[ \\t]+-\\w{0,6}f|filter-branch|filter-repo)`,
    ),
  },
  {
    risk: 'high',
    why: 'removes software',
    pattern: command(
      'apt|apt-get|aptitude|yum|dnf|zypper|pacman|apk|brew|snap|rpm|dpkg',
      `${args}\\s(?:remove|purge|autoremove|erase|uninstall|del|-R\\w{0,4}|-e|-r|-P)(?![\\w-])`,
    ),
  },
  { risk: 'high', why: 'deletes scheduled jobs', pattern: command('crontab', `${args}-r\\b`) },
  {
    risk: 'high',
    why: 'removes volumes, pools or snapshots',
    pattern: command('lvremove|vgremove|pvremove|zfs[ \\t]+destroy|zpool[ \\t]+destroy|btrfs[ \\t]+subvolume[ \\t]+delete|mdadm'),
  },
  { risk: 'high', why: 'deletes at the other end of a copy', pattern: command('rsync', `${args}--(?:delete|remove-source)`) },
  {
    risk: 'high',
    why: 'deletes over HTTP',
    pattern: command('curl|wget|http|https|xh', `${args}(?:-X[ \\t]?|--request[ =]|--method[ =]|[ \\t])DELETE\\b`),
  },
  {
    risk: 'high',
    why: 'deletes a tree of files',
    pattern:
      /\b(?:shutil\.rmtree|fs\.rm(?:Sync|dirSync|dir)?\s?\([^\n)]{0,200}recursive|rimraf|Remove-Item\b[^\n;|]{0,200}-Recurse|rd\s{1,4}\/s|rmdir\s{1,4}\/s|del\s{1,4}\/[sfq])/i,
  },
  // words that elevate
  { risk: 'high', why: 'acts with the rights of another user', pattern: command('sudo|doas|su|pkexec|runuser|runas|gosu|setpriv|capsh') },
  {
    risk: 'high',
    why: 'gives a program the rights of its owner',
    pattern: command('chmod', `${args}(?:\\s0?[2-7][0-7]{3}\\b|[ugoa]{0,4}[+=][rwxXt]{0,5}s)`),
  },
  { risk: 'high', why: 'opens files to everybody', pattern: command('chmod', `${args}(?:\\s0?777\\b|\\s(?:a|o|ugo)?\\+[rx]{0,2}w)`) },
  {
    risk: 'high',
    why: 'changes owners or rights of a tree',
    pattern: command('chmod|chown|chgrp|setfacl', `${args}(?:\\s-\\w{0,5}R|--recursive)`),
  },
  {
    risk: 'high',
    why: 'changes users, groups or passwords',
    pattern: command('useradd|userdel|usermod|adduser|deluser|groupadd|groupdel|groupmod|passwd|chpasswd|visudo|vipw|gpasswd'),
  },
  {
    risk: 'high',
    why: 'gives a program capabilities or a foothold in the kernel',
    pattern: command(
      'setcap|insmod|modprobe|rmmod|kexec|nsenter|chroot|unshare|mount[ \\t]+[^\\s|]\\S{0,200}|umount|sysctl[ \\t]+-w|setenforce',
    ),
  },
  {
    risk: 'high',
    why: 'runs a container with the rights of the host',
    pattern: command('docker|podman|nerdctl', `${args}(?:--privileged|--pid[= ]host|-v[ =]?/:|--volume[ =]/:|docker\\.sock)`),
  },
  {
    risk: 'high',
    why: 'writes where the system keeps its own configuration',
    pattern:
      />{1,2}\s?["']?\/(?:etc|boot|usr|bin|sbin|lib|root|sys|proc)\/|\btee\b[^\n;&|]{0,200}\s["']?\/(?:etc|boot|usr|bin|sbin|lib|root|sys|proc)\//i,
  },
  { risk: 'high', why: 'touches the keys that let somebody in', pattern: /authorized_keys|\/etc\/(?:shadow|sudoers|passwd)\b|\.ssh\/id_/i },
  {
    risk: 'high',
    why: 'changes rights in a database',
    pattern: /\b(?:grant|revoke)\s{1,8}[\w, ]{1,100}\s(?:on|to|from)\s|\balter\s{1,8}(?:user|role|system)\b/i,
  },
  // words that carry away
  {
    risk: 'high',
    why: 'sends files, credentials or the environment away',
    pattern:
      /\b(?:env|printenv|set|cat\s[^\n;|]{0,200}(?:\.aws\/|\.ssh\/|\.kube\/|\.netrc|\.pgpass|\.docker\/config|\.env\b|\/etc\/|credentials|secrets?\b))[^\n;|]{0,200}\|[^\n;]{0,200}\b(?:curl|wget|nc|ncat|netcat|socat|ssh|telnet|mail|sendmail)\b/i,
  },
  {
    risk: 'high',
    why: 'sends a file away',
    pattern: command(
      'curl|wget|http|https|xh',
      `${args}(?:(?:-d|--data(?:-binary|-raw|-urlencode)?|-F|--form)[ =]?[^\\s;&|]{0,60}@|-T[ \\t]|--upload-file|--post-file|--body-file)`,
    ),
  },
  {
    risk: 'high',
    why: 'carries data out in names that are looked up',
    pattern: /\b(?:dig|nslookup|host|getent\s{1,4}hosts|ping)\b[^\n;&|]{0,200}\$\([^\n;]{0,200}\.[a-z]{2,}/i,
  },
  {
    risk: 'high',
    why: 'reads or writes files, or runs commands, through a database',
    pattern:
      /\b(?:copy\s[^\n;]{1,200}\s(?:to|from)\s{1,8}(?:program\b|')|into\s{1,8}(?:out|dump)file\b|load_file\s{0,4}\(|xp_cmdshell|pg_read_file|lo_export|load\s{1,8}data\s)/i,
  },
  {
    risk: 'high',
    why: 'changes every row of a table',
    pattern: /(?<![\w-])update\s{1,8}[\w".`[\]]{1,120}\s{1,8}set\s(?![^;]{0,4000}\bwhere\b)/i,
  },
  // words that hide
  {
    risk: 'high',
    why: 'runs what it downloads',
    pattern:
      /\b(?:curl|wget|fetch|iwr|irm|Invoke-WebRequest|Invoke-RestMethod|DownloadString)\b[^\n;]{0,400}\|\s{0,8}(?:sudo\s{1,8}(?:-\w{1,10}\s{1,8})?)?(?:env\s{1,8})?(?:\/\S{0,40}\/)?(?:ba|z|da|k|fi)?(?:sh|python[\d.]{0,5}|perl|ruby|node|php|pwsh|powershell|iex|Invoke-Expression)\b/i,
  },
  {
    risk: 'high',
    why: 'runs what it decodes or unpacks',
    pattern:
      /\b(?:base64|base32|xxd|openssl|uudecode|gunzip|zcat|rev|tr)\b[^\n;]{0,300}\|\s{0,8}(?:sudo\s{1,8})?(?:\/\S{0,40}\/)?(?:ba|z|da|k)?(?:sh|python[\d.]{0,5}|perl|ruby|node|php)\b/i,
  },
  {
    risk: 'high',
    why: 'runs a text that is put together only when it runs',
    pattern:
      /(?:^|[\n;&|({`]|\b(?:then|do|else))[ \t]*eval\b|\b(?:ba|z|da|k)?sh\s{1,8}-\w{0,5}c\s{1,8}["']?\$|\b(?:Invoke-Expression|iex)\b|(?:^|[\n;&|])[ \t]*(?:source|\.)[ \t]+<\(|\b(?:ba|z|da|k)?sh\s{1,8}<\(/im,
  },
  {
    risk: 'high',
    why: 'runs a text that is put together only when it runs',
    pattern:
      /(?<![.\w])(?:exec|eval|compile)\s?\(\s?(?!['"`])|\b__import__\s?\(|\bos\.system\s?\(|\bsubprocess\.\w{1,20}\([^\n]{0,200}shell\s?=\s?True|\bchild_process\b|\bnew\s{1,4}Function\s?\(|-EncodedCommand\b|-enc\s/i,
  },
  {
    risk: 'high',
    why: 'hides the words of a command',
    pattern:
      /\$\{IFS\b|\$IFS\b|\$'(?:[^'\n]{0,100})\\(?:x[0-9a-f]{2}|[0-7]{3}|u[0-9a-f]{4})|\bprintf\s{1,4}["']?\\(?:x[0-9a-f]{2}|[0-7]{3})[^\n|]{0,300}\|/i,
  },
  {
    risk: 'high',
    why: 'opens a connection that hands over a shell',
    pattern: /\/dev\/(?:tcp|udp)\/|\b(?:nc|ncat|netcat|socat)\b[^\n;&|]{0,200}(?:\s-\w{0,6}[ec]\b|exec:)/i,
  },
  {
    risk: 'high',
    why: 'wipes its traces',
    pattern:
      /\bhistory\s{1,4}-\w{0,3}c|\bunset\s{1,4}HISTFILE|HISTFILE=\/dev\/null|\bjournalctl\b[^\n;&|]{0,100}--vacuum|\bdmesg\s{1,4}-\w{0,3}[cC]\b/i,
  },
];

/** Beyond this nobody looks closely, and neither do we. */
const longestScript = 131_072;

/** What a look at a script finds; a script is never below medium, for no table knows all that a program does. */
export function scriptFinding(script: string, shell: string | readonly string[]): readonly Finding[] {
  const whole = typeof shell === 'string' ? script : `${shell.join(' ')}\n${script}`;
  return recent.of(whole, () => findings(whole));
}

/** Items, passes and attempts run the same text. */
const recent = new Recent<readonly Finding[]>(200, 4000);

function findings(whole: string): readonly Finding[] {
  const plain: Finding = { risk: 'medium', why: 'runs a script' };
  if (whole.length > longestScript) return [plain, { risk: 'high', why: 'runs a script too long to be looked through' }];
  const joined = whole.replaceAll(/\\\r?\n/g, ' ');
  // Quotes and backslashes inside a word change nothing for a shell, and hide it from a search.
  const unquoted = joined.replaceAll(/["'\\]/g, '');
  const found = scriptRows
    .filter(({ pattern }) => pattern.test(joined) || (unquoted !== joined && pattern.test(unquoted)))
    .map(({ risk, why }) => ({ risk, why }));
  return [plain, ...removals(unquoted), ...found];
}

const methodRisk: Readonly<Record<string, Finding>> = {
  DELETE: { risk: 'high', why: 'deletes over HTTP' },
  PUT: { risk: 'medium', why: 'changes something over HTTP' },
  PATCH: { risk: 'medium', why: 'changes something over HTTP' },
  POST: { risk: 'medium', why: 'sends something over HTTP' },
};

/** What a look at an action's input finds: the method of a request, statements in a query, commands in an argv. */
export function actionFinding(_action: string, input: Readonly<Record<string, Json>>): readonly Finding[] {
  const { method, query, headers } = input;
  const override = headers !== null && typeof headers === 'object' && !Array.isArray(headers) ? Object.entries(headers) : [];
  const methods = [method, ...override.filter(([name]) => /^x-(http-)?method(-override)?$/i.test(name)).map(([, value]) => value)];
  const byMethod = methods.flatMap((one) => (typeof one === 'string' ? (methodRisk[one.trim().toUpperCase()] ?? []) : []));
  const byQuery = typeof query === 'string' ? scriptFinding(query, 'sql').filter(({ why }) => why !== 'runs a script') : [];
  return [...byMethod, ...byQuery];
}
