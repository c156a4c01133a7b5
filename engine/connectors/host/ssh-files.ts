/** Programs for a POSIX `sh` that read and write one file: `$1` is its path. Exit codes say what is wrong; see `said`. */

/** As `cat` does, for a plain file alone: a pipe would hold the step up. */
export const readProgram = `[ -e "$1" ] || exit 81
[ -f "$1" ] || exit 82
exec cat <"$1"`;

/** The real path, where a link leads there: what it leads to is replaced, not the link. */
const followed = `p=$1; [ -L "$p" ] && { p=$(readlink -f -- "$p") || exit 81; }
d=$(dirname -- "$p")
[ -d "$d" ] || exit 81
[ ! -e "$p" ] || [ -f "$p" ] || exit 82`;

export const findProgram = followed;

/** Keeps its stdin in the file `$2` beside the place. */
export const storeProgram = `${followed}
umask 077; set -C
cat >"$d/$2"`;

/** Puts the file `$2` in its place, if it has `$3` bytes; its mode is `$4`, else that of what was there, else the usual one. */
export const moveProgram = `${followed}
t=$d/$2
n=$(($(wc -c <"$t"))) || exit 83
[ "$n" -eq "$3" ] || { echo 'not all of it arrived' >&2; exit 84; }
m=$4
[ -n "$m" ] || [ ! -e "$p" ] || m=$(stat -c %a -- "$p" 2>/dev/null || stat -f %Lp -- "$p")
[ -n "$m" ] || m=$(printf '%o' $((0666 & ~$(umask))))
chmod "$m" "$t" && mv -f -- "$t" "$p"`;

/** Mode in hex, bytes, seconds since 1970. */
export const statProgram = `LC_ALL=C; export LC_ALL
stat -L -c '%f %s %Y' -- "$1" 2>/dev/null && exit 0
stat -L -f '%Xp %z %m' -- "$1" 2>/dev/null && [ "$(uname)" != Linux ] && exit 0
stat -L -- "$1" >/dev/null`;

/** The error code that stands for how such a program ended. */
export function said(code: number, stderr: string): string {
  if (code === 81 || /No such file or directory|Not a directory/i.test(stderr)) return 'ENOENT';
  if (code === 82) return 'EKIND';
  if (/permission denied/i.test(stderr)) return 'EACCES';
  if (/read-only file system/i.test(stderr)) return 'EROFS';
  if (/no space left/i.test(stderr)) return 'ENOSPC';
  return stderr.trim().split('\n').at(-1)?.slice(0, 200) || `exit code ${code}`;
}
