import { longestOutput } from '../output-limit.ts';

/**
 * What runs on the other side, as programs for a POSIX `sh` that reads them from its stdin: nothing of them is in an argv.
 * A whole program is one `{ … }`, so half of one, of a connection that was cut, does nothing.
 *
 * The attempt's remote folder, mode 700, under /tmp with a name nobody can guess:
 *   claim     who may start the script, made once by a hard link: `wrapper` or `recovery`
 *   wrapper   pid and start of the wrapper, there before the claim
 *   script.*  the script; `script-process` pid and start of the script, which leads its session and group
 *   output    $RUNWRIGHT_OUTPUT
 *   stdout, stderr  their first 256 KiB and one byte: all that expressions may read
 *   stopped   there when its group was told to end
 *   why       what kept the script from starting
 *   end       the exit code, when all of the output is passed on
 *
 * 1. The wrapper starts nothing before it was told `go`, and the engine says so only when its own record of that is on its disk.
 * 2. What the wrapper starts after `go`, it starts only with the claim; a recovering engine that has the claim knows it never will.
 * 3. The wrapper and the script outlive their connection: what is printed then is dropped, but for what `stdout` and `stderr` keep:
 *    `tee` feeds these and the connection, whichever still reads, and something drains the script's pipes when neither does.
 */

/** Bytes of each stream kept on the other side: one more than expressions may read, so that a longer one is known. */
export const keptRemotely = longestOutput + 1;

/** Exit codes of the wrapper that say why it did not come to start the script; the reason is on its stderr. */
export const wrapperCodes = { claimed: 90, files: 91, session: 92, notTold: 95 } as const;

/** Seconds that what the script left running in the background may go on printing after its end. */
const drain = 1;

export const remoteFolder = (name: string): string => `/tmp/${name}`;

/** For sh, whatever it holds but NUL. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** `born PID`: when a process began, in a form that no later one with its pid shares; nothing when it does not live. */
const born = `born() { if [ -r /proc/$1/stat ]; then read -r s </proc/$1/stat || :; s=\${s##*) }; set -- $s
case $1 in Z|X) ;; *) b=; read -r b </proc/sys/kernel/random/boot_id 2>/dev/null || :; echo "\${20}@$b";; esac
else ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' _ || :; fi; }
`;
/** `lives FILE`: whether the process recorded there still does; leaves its pid in $pid. */
const lives = `lives() { pid= was=; read -r pid was 2>/dev/null <"$1" || :; [ -n "$pid" ] && [ "$(born "$pid")" = "$was" ]; }
`;
/** Frees what waits for a connection that no longer reads. */
const endRelays = `for f in "$d/o.cat" "$d/e.cat"; do lives "$f" && kill "$pid" 2>/dev/null; done`;
const claim = `claim() { echo "$1" >"$d/by.$1.$$" && ln "$d/by.$1.$$" "$d/claim" 2>/dev/null; }
`;

export interface RemoteJob {
  /** Of the remote folder; also what marks the beginning of what is ours in the streams. */
  readonly name: string;
  readonly script: { readonly file: string; readonly text: string };
  /** The first whose program exists is started. */
  readonly commands: readonly (readonly string[])[];
  readonly env: Readonly<Record<string, string>>;
  /** Empty for the login folder. */
  readonly cwd: string;
}

/** Writes down who it is, then becomes the script's program. Its own PATH: the script's may be of no use. */
const becomeScript = `p=$PATH; PATH=/usr/bin:/bin:/usr/sbin:/sbin
${born}echo "$$ $(born $$)" >"$0/script-process"; PATH=$p; exec "$@"`;

const becomeCat = `${born}echo "$$ $(born $$)" >"$0"; exec cat`;

/** Starts the script when it is told `go`. */
export function wrapperProgram(job: RemoteJob): string {
  const mark = `END_${job.name.replaceAll('-', '_')}`;
  const exports = Object.entries(job.env).map(([name, value]) => `export ${name}=${quote(value)}`);
  const choose = job.commands.map(
    ([program = '', ...rest], index) =>
      `${index === 0 ? 'if' : 'elif'} command -v ${quote(program)} >/dev/null 2>&1; then set -- ${[program, ...rest].map(quote).join(' ')}`,
  );
  return `{
umask 077
trap '' HUP PIPE
unset CDPATH ENV
d=${quote(remoteFolder(job.name))}
${born}${lives}${claim}mkdir "$d" || { [ -e "$d" ] && exit ${wrapperCodes.claimed}; exit ${wrapperCodes.files}; }
{ cat >${quote(job.script.file)} <<'${mark}'
${job.script.text}
${mark}
} && printf '%64s\\n' '' >"$d/end.new" && : >"$d/output" && mkfifo "$d/o" "$d/e" "$d/ok" "$d/ek" &&
echo "$$ $(born $$)" >"$d/wrapper" || { rm -rf "$d"; exit ${wrapperCodes.files}; }
sh=$(command -v sh)
if s=$(command -v setsid); then m=setsid
elif s=$(command -v perl); then m=perl
elif s=$(command -v python3); then m=python
else rm -rf "$d"; exit ${wrapperCodes.session}; fi
printf '\\n%s\\n' ${quote(`${job.name} ready`)}
printf '\\n%s\\n' ${quote(`${job.name} ready`)} >&2
told=; read -r told || :
[ "$told" = go ] || { rm -rf "$d"; exit ${wrapperCodes.notTold}; }
claim wrapper || exit ${wrapperCodes.claimed}
head -c ${keptRemotely} <"$d/ok" >"$d/stdout" 2>/dev/null &
h1=$!
head -c ${keptRemotely} <"$d/ek" >"$d/stderr" 2>/dev/null &
h2=$!
# By exec: a shell keeps a copy of what it redirects for a while only, and a copy keeps the channel open.
{ { exec <"$d/o" 2>/dev/null; tee "$d/ok"; exec cat >/dev/null; } | "$sh" -c ${quote(becomeCat)} "$d/o.cat" 2>/dev/null; } &
r1=$!
{ { exec <"$d/e" 2>/dev/null; tee "$d/ek"; exec cat >/dev/null; } | "$sh" -c ${quote(becomeCat)} "$d/e.cat" >&2 2>/dev/null; } &
r2=$!
exec >/dev/null 2>&1 </dev/null
(
trap - HUP PIPE
exec >"$d/o" 2>"$d/e"
${job.cwd === '' ? ':' : `cd -- ${folder(job.cwd)} 2>/dev/null`} || { echo folder >"$d/why"; exit 1; }
${exports.join('\n')}
${choose.join('\n')}
else echo program ${quote(job.commands[0]?.[0] ?? '')} >"$d/why"; exit 1; fi
case $m in
setsid) exec "$s" "$sh" -c ${quote(becomeScript)} "$d" "$@" ;;
perl) exec "$s" -e 'use POSIX (); POSIX::setsid(); exec { $ARGV[0] } @ARGV' "$sh" -c ${quote(becomeScript)} "$d" "$@" ;;
python) exec "$s" -c 'import os,sys; os.setsid(); os.execv(sys.argv[1], sys.argv[1:])' "$sh" -c ${quote(becomeScript)} "$d" "$@" ;;
esac
)
code=$?
late=
trap late=1 USR1
( sleep ${drain}; kill -s USR1 $$ ) &
w=$!
wait $r1 $r2 $h1 $h2
kill $w
[ -n "$late" ] && ${endRelays}
printf '%s\\n' "$code" 1<>"$d/end.new" && mv "$d/end.new" "$d/end"
exit 0
}
`;
}

/** `~/` and what is relative are taken from the login folder. */
const folder = (cwd: string): string => (cwd.startsWith('~/') ? `"$HOME"/${quote(cwd.slice(2))}` : quote(cwd));

/**
 * Says `NAME begin`, waits for the end, then says one of `absent`, `unbegun`, `lost`, `ended`, and for the last
 * `end`, whether it was stopped, `why`, `output`, `stdout`, `stderr`, each but the second as `NAME LENGTH`, that many bytes and a line end.
 * The folder is removed when it is told `done`.
 * A wrapper that is stuck on the connection it had is freed: what it prints is dropped from then on.
 */
export function collectProgram(name: string, options: { readonly adopt: boolean; readonly outputLimit: number }): string {
  const part = (file: string, most: number) =>
    `f="$d/${file}"; n=0; [ -f "$f" ] && [ ! -L "$f" ] && n=$(($(wc -c <"$f"))); [ $n -le ${most} ] || n=${most}
echo "${file} $n"; [ $n -eq 0 ] || head -c $n "$f"; echo`;
  return `{
umask 077
d=${quote(remoteFolder(name))}
${born}${lives}${claim}printf '\\n%s\\n' ${quote(`${name} begin`)}
[ -d "$d" ] || { echo absent; exit 0; }
[ ! -e "$d/claim" ] && claim recovery && { echo unbegun; exit 0; }
by=; read -r by <"$d/claim"
[ "$by" = wrapper ] || { echo unbegun; exit 0; }
${options.adopt ? endRelays : ''}
while [ ! -e "$d/end" ] && lives "$d/wrapper"; do sleep 0.2 2>/dev/null || sleep 1; done
if [ ! -e "$d/end" ]; then
lives "$d/script-process" && kill -s KILL -- "-$pid" 2>/dev/null
echo lost
else
echo ended
${part('end', 200)}
[ -e "$d/stopped" ] && echo stopped || echo by itself
${part('why', 200)}
${part('output', options.outputLimit)}
${options.adopt ? `${part('stdout', keptRemotely)}\n${part('stderr', keptRemotely)}` : ''}
fi
told=; read -r told || :
[ "$told" = done ] && rm -rf "$d"
exit 0
}
`;
}

/** Ends the script's group: TERM, after `grace` milliseconds KILL, until nothing of it is left. A script that has not begun never will. */
export function killProgram(name: string, grace: number): string {
  const turns = Math.ceil(grace / 100);
  return `{
d=${quote(remoteFolder(name))}
${born}${lives}${claim}[ -d "$d" ] || exit 0
umask 077
claim recovery && exit 0
tick() { n=$((n+1)); sleep 0.1 2>/dev/null || { sleep 1; n=$((n+9)); }; }
n=0; until lives "$d/script-process" || [ -e "$d/end" ] || [ $n -ge 50 ]; do lives "$d/wrapper" || break; tick; done
[ -e "$d/end" ] && exit 0
# Its leader may be gone, and others of the group not; while the wrapper lives, the number is still theirs.
lives "$d/script-process" || lives "$d/wrapper" || exit 0
pid=; read -r pid was 2>/dev/null <"$d/script-process" || exit 0
: >"$d/stopped"
kill -s TERM -- "-$pid" 2>/dev/null
n=0; while [ $n -lt ${turns} ] && kill -0 -- "-$pid" 2>/dev/null; do tick; done
n=0; while [ $n -lt 50 ] && kill -s KILL -- "-$pid" 2>/dev/null; do tick; done
exit 0
}
`;
}

/** For each line it is sent: what came to the output file since, and a line \`NAME\`. */
export function watchProgram(name: string): string {
  return `{
d=${quote(remoteFolder(name))}
printf '\\n%s\\n' ${quote(`${name} ready`)}
while read -r told && [ ! -s "$d/output" ]; do echo ${quote(name)}; done
[ -f "$d/output" ] && [ ! -L "$d/output" ] && exec 3<"$d/output" || exit 0
while :; do
l=
while IFS= read -r l <&3; do printf '%s\\n' "$l"; l=; done
printf '%s' "$l"
printf '\\n%s\\n' ${quote(name)}
read -r told || exit 0
done
}
`;
}
