/** What `collect` names. `machine` is always taken. */
export type Group = 'machine' | 'processes' | 'sockets' | 'logins' | 'accounts' | 'jobs' | 'services' | 'files' | 'hashes' | 'logs';

/** One piece of evidence: what a script prints on the machine. */
export interface Piece {
  /** Its file in the case's folder. */
  readonly file: string;
  readonly group: Group;
  /** For `sh`, behind `prelude`. It only reads; what it needs and does not find ends it with 127 and a line on stderr that says so. */
  readonly script: string;
  /** Seconds that it may take. */
  readonly seconds: number;
}

/**
 * Before each script. `$1` is the time to look back to, in seconds since 1970, `$2` the same in minutes ago, `$3` the most bytes that
 * are kept of it; the folders to look through follow. `since`: lines of `state` are `changed, status changed, rights, owner, bytes, path`
 * with tabs between, times in seconds since 1970.
 */
export const prelude = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
LC_ALL=C; TZ=UTC0; export PATH LC_ALL TZ
since=$1 minutes=$2 most=$3; shift 3
tab=$(printf '\\t') end='
'
has() { command -v "$1" >/dev/null 2>&1; }
none() { echo "$1" >&2; exit 127; }
need() { has "$1" || none "$1 is not installed there"; }
form="%Y$tab%Z$tab%A$tab%U:%G$tab%s$tab%n"
state() { for f; do case $f in *"$end"*) ;; *) [ -e "$f" ] && stat -c "$form" -- "$f" 2>/dev/null ;; esac; done; }
below() { find "$@" -type f ! -path "*$end*" -exec stat -c "$form" -- {} + 2>/dev/null; }
numbered() { find "$@" -type f -size -512k -exec grep -Hn '' -- {} + 2>/dev/null; }
newest() { tail -c "$most" -- "$1" 2>/dev/null; }
`;

/** Of every home that `/etc/passwd` names, once. */
const homes = `cut -d: -f6 /etc/passwd | sort -u | while IFS= read -r home; do
  case $home in /?*) [ -d "$home" ] && printf '%s\\n' "$home" ;; esac
done`;

const cron = '/etc/crontab /etc/anacrontab /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /var/spool/cron';
const units =
  '/etc/systemd /usr/local/lib/systemd /usr/lib/systemd/system /lib/systemd/system /run/systemd/system /etc/init.d /etc/rc.local';
const there = (paths: string) => `for path in ${paths}; do [ -e "$path" ] && set -- "$@" "$path"; done`;

/** In the order in which it is taken: what passes soonest comes first (RFC 3227). */
export const pieces: readonly Piece[] = [
  {
    file: 'machine.txt',
    group: 'machine',
    seconds: 20,
    script: `echo "time=$(date +%s)"
echo "name=$(hostname 2>/dev/null || uname -n)"
echo "kernel=$(uname -srm)"
echo "system=$(sed -n 's/^PRETTY_NAME="\\{0,1\\}\\([^"]*\\)"\\{0,1\\}$/\\1/p' /etc/os-release 2>/dev/null)"
echo "user=$(id -un)"
echo "uid=$(id -u)"
echo "uptime=$(cut -d' ' -f1 /proc/uptime 2>/dev/null)"
echo "addresses=$(hostname -I 2>/dev/null || ip -o addr show scope global 2>/dev/null | awk '{sub("/.*","",$4); printf "%s ", $4}')"`,
  },
  {
    file: 'sockets.txt',
    group: 'sockets',
    seconds: 30,
    script: `if has ss; then ss -tunap; elif has netstat; then netstat -tunap; else none 'neither ss nor netstat is installed there'; fi`,
  },
  {
    file: 'network.txt',
    group: 'sockets',
    seconds: 20,
    script: 'need ip; ip addr show; ip route show table all; ip neigh show',
  },
  {
    file: 'processes.txt',
    group: 'processes',
    seconds: 30,
    script: `need ps
ps -ww -eo pid,ppid,uid,user,lstart,stat,args 2>/dev/null || ps -o pid,ppid,user,stat,args`,
  },
  {
    // PID, user id, program; a program that cannot be seen is `-`.
    file: 'executables.txt',
    group: 'processes',
    seconds: 60,
    script: `[ -d /proc/1 ] || none 'there is no /proc'
for p in /proc/[0-9]*; do
  program=$(readlink -n -- "$p/exe" 2>/dev/null | tr '\\n\\t' '??')
  owner=$(stat -c %u -- "$p" 2>/dev/null) || continue
  printf '%s\\t%s\\t%s\\n' "\${p#/proc/}" "$owner" "\${program:--}"
done`,
  },
  {
    file: 'kernel-modules.txt',
    group: 'processes',
    seconds: 10,
    script: `[ -r /proc/modules ] || none '/proc/modules cannot be read'
cat /proc/modules`,
  },
  {
    // SHA-256, PID, program: each file once, also one that is deleted and still runs.
    file: 'program-hashes.txt',
    group: 'hashes',
    seconds: 180,
    script: `need sha256sum; [ -d /proc/1 ] || none 'there is no /proc'
seen=' '
for p in /proc/[0-9]*; do
  inode=$(stat -L -c %d:%i -- "$p/exe" 2>/dev/null) || continue
  case $seen in *" $inode "*) continue ;; esac
  seen="$seen$inode "
  program=$(readlink -n -- "$p/exe" 2>/dev/null | tr '\\n\\t' '??')
  hash=$(sha256sum < "$p/exe" 2>/dev/null) || continue
  printf '%s\\t%s\\t%s\\n' "\${hash%% *}" "\${p#/proc/}" "$program"
done`,
  },
  {
    // The package's list, then the path as that list has it.
    file: 'program-packages.txt',
    group: 'hashes',
    seconds: 120,
    script: `programs() {
  for p in /proc/[0-9]*; do readlink -n -- "$p/exe" 2>/dev/null | tr '\\n\\t' '??'; echo; done | sed 's/ (deleted)$//' | sort -u | grep '^/'
}
if [ -d /var/lib/dpkg/info ]; then
  programs | sed -e 'p' -e 's,^/usr/,/,' | sort -u | grep -FxH -f - -- /var/lib/dpkg/info/*.list | sed 's,^/var/lib/dpkg/info/\\(.*\\)\\.list:/,\\1\\t/,'
elif has rpm; then
  programs | while IFS= read -r program; do
    package=$(rpm -qf --qf '%{NAME}\\n' -- "$program" 2>/dev/null | head -n 1) && printf '%s\\t%s\\n' "$package" "$program"
  done
else none 'neither dpkg nor rpm is there to say which package a program is of'; fi`,
  },
  {
    file: 'sessions.txt',
    group: 'logins',
    seconds: 20,
    script: 'need who; who -a',
  },
  {
    file: 'logins.txt',
    group: 'logins',
    seconds: 30,
    script: `need last; [ -r /var/log/wtmp ] || none '/var/log/wtmp cannot be read'
last -Fiw -n 5000`,
  },
  {
    file: 'failed-logins.txt',
    group: 'logins',
    seconds: 30,
    script: `need lastb; [ -r /var/log/btmp ] || none '/var/log/btmp cannot be read'
lastb -Fiw -n 5000`,
  },
  {
    file: 'wtmp',
    group: 'logins',
    seconds: 30,
    script: `[ -r /var/log/wtmp ] || none '/var/log/wtmp cannot be read'
newest /var/log/wtmp`,
  },
  {
    file: 'passwd.txt',
    group: 'accounts',
    seconds: 10,
    script: 'cat /etc/passwd',
  },
  {
    file: 'groups.txt',
    group: 'accounts',
    seconds: 10,
    script: 'cat /etc/group',
  },
  {
    // Never the hashes themselves.
    file: 'password-states.txt',
    group: 'accounts',
    seconds: 20,
    script: 'need passwd; passwd -S -a',
  },
  {
    file: 'account-files.txt',
    group: 'accounts',
    seconds: 30,
    script: `state /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/sudoers /etc/sudoers.d/* /etc/pam.d/* /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*
${homes} | while IFS= read -r home; do state "$home" "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2"; done`,
  },
  {
    file: 'authorized-keys.txt',
    group: 'accounts',
    seconds: 30,
    script: `${homes} | while IFS= read -r home; do
  for f in "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2"; do [ -r "$f" ] && grep -Hn '' -- "$f"; done
done
true`,
  },
  {
    file: 'job-files.txt',
    group: 'jobs',
    seconds: 30,
    script: `set --; ${there(`${cron} /var/spool/at /var/spool/cron/atjobs`)}
[ $# -gt 0 ] || none 'cron and at are not installed there'
below "$@"
true`,
  },
  {
    file: 'jobs.txt',
    group: 'jobs',
    seconds: 30,
    script: `set --; ${there(cron)}
[ $# -gt 0 ] || none 'cron is not installed there'
numbered "$@"
true`,
  },
  {
    file: 'timers.txt',
    group: 'jobs',
    seconds: 20,
    script: 'need systemctl; systemctl list-timers --all --no-pager --full',
  },
  {
    file: 'services.txt',
    group: 'services',
    seconds: 30,
    script: `if has systemctl && [ -d /run/systemd/system ]; then systemctl list-units --type=service --all --no-pager --plain --full --no-legend
elif has rc-status; then rc-status --all
elif has service; then service --status-all 2>&1
else none 'neither systemd nor another manager of services is there'; fi`,
  },
  {
    file: 'service-files.txt',
    group: 'services',
    seconds: 60,
    script: `set --; ${there(units)}
${homes} | { while IFS= read -r home; do [ -d "$home/.config/systemd" ] && set -- "$@" "$home/.config/systemd"; done
[ $# -gt 0 ] || none 'there are no files of services'
below "$@"; true; }`,
  },
  {
    file: 'preloaded.txt',
    group: 'services',
    seconds: 10,
    script: `[ -e /etc/ld.so.preload ] || { echo '# there is no /etc/ld.so.preload'; exit 0; }
cat /etc/ld.so.preload`,
  },
  {
    file: 'changed-files.txt',
    group: 'files',
    seconds: 180,
    script: `find "$@" -xdev ! -type d ! -path "*$end*" \\( -mmin "-$minutes" -o -cmin "-$minutes" \\) -exec stat -c "$form" -- {} +
# A name that could pass for further lines.
find "$@" -xdev -path "*$end*" -print0 2>/dev/null | tr '\\n\\0' '?\\n' | sed "s/^/0\${tab}0$tab-$tab-$tab-$tab/"`,
  },
  {
    file: 'set-id-files.txt',
    group: 'files',
    seconds: 180,
    script: `find "$@" -xdev -type f ! -path "*$end*" \\( -perm -4000 -o -perm -2000 \\) -exec stat -c "$form" -- {} +`,
  },
  {
    file: 'journal.txt',
    group: 'logs',
    seconds: 120,
    script: `need journalctl
journalctl --since "@$since" --no-pager --quiet --output short-iso | newest -`,
  },
  {
    file: 'authentication-log.txt',
    group: 'logs',
    seconds: 60,
    script: `for log in /var/log/auth.log /var/log/secure; do
  [ -r "$log" ] || continue
  { [ -r "$log.1" ] && cat -- "$log.1"; cat -- "$log"; } | newest -
  exit 0
done
none 'neither /var/log/auth.log nor /var/log/secure can be read'`,
  },
  {
    file: 'system-log.txt',
    group: 'logs',
    seconds: 60,
    script: `for log in /var/log/syslog /var/log/messages; do [ -r "$log" ] && { newest "$log"; exit 0; }; done
none 'neither /var/log/syslog nor /var/log/messages can be read'`,
  },
];
