import type { Host } from '../../../engine/connectors/host.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Accounts, Found } from './accounts.ts';

const prelude = `PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin; LC_ALL=C; export PATH LC_ALL
as=; [ "$1" = sudo ] && as='sudo -n'; shift
`;

/** Exit codes of its own say at what it ended; a line for each: name, user id, shell, state of the password, with tabs between. */
const lookUp = `${prelude}
for tool in getent passwd chpasswd chage; do command -v $tool >/dev/null 2>&1 || { echo $tool >&2; exit 81; }; done
[ -n "$as" ] || [ "$(id -u)" = 0 ] || exit 82
[ -z "$as" ] || { $as -l chpasswd && $as -l chage -d 0 -- nobody; } >/dev/null 2>&1 || exit 83
echo "$(id -un)"
for user; do
  line=$(getent passwd "$user") || { echo; continue; }
  state=$($as passwd -S "$user" 2>/dev/null | cut -d' ' -f2)
  printf '%s\\t%s\\t%s\\t%s\\n' "$(printf %s "$line" | cut -d: -f1)" "$(printf %s "$line" | cut -d: -f3)" "$(printf %s "$line" | cut -d: -f7)" "$state"
done`;

/** The line `user:password` comes over stdin: an argv could be read by everybody there. */
const setOne = `${prelude}
$as chpasswd || exit 84
[ "$2" = yes ] || exit 0
$as chage -d 0 -- "$1" || exit 85`;

export interface UnixOptions {
  readonly host: Host;
  readonly sudo: boolean;
  /** User ids below it are the system's. */
  readonly firstId: number;
  readonly expire: boolean;
}

/** The accounts of a machine. Those of a directory that it asks are none of its own: `chpasswd` says so. */
export function unixAccounts({ host, sudo, firstId, expire }: UnixOptions): Accounts {
  const way = sudo ? 'sudo' : 'plain';
  const refused = (why: string) => new ProblemError(problem('accounts-host', { host: host.name, why }));
  return {
    async find(users) {
      // A name that a program could take for an option, or that is more than one line, is no account's.
      const sane = (user: string) => /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\$?$/.test(user);
      const { exitCode, stdout, stderr } = await host.run(lookUp, { args: [way, ...users.map((user) => (sane(user) ? user : ''))] });
      if (exitCode === 81) throw refused(`there is no ${stderr.trim().slice(0, 40)}`);
      if (exitCode === 82) throw refused('the account that the step logs in with is not root');
      if (exitCode === 83) throw refused('sudo asks for a password, or refuses');
      if (exitCode !== 0) throw refused(`looking the accounts up ended with exit code ${exitCode}`);
      const [self = '', ...lines] = stdout.split('\n');
      return users.map((user, at): Found => {
        const [name = '', id = '', shell = '', state = ''] = (lines[at] ?? '').split('\t');
        if (!sane(user) || name === '') return { kind: 'refused', user, why: 'there is no such account' };
        // Asked for by its number.
        if (name !== user) return { kind: 'refused', user, why: `its name is ${name}` };
        const no = (why: string): Found => ({ kind: 'special', user, key: name, why });
        if (id === '0') return no('it has the rights of root');
        if (name === self) return no('it is the account that the step logs in with');
        if (Number(id) < firstId) return no(`it belongs to the system: its user id ${id} is below ${firstId}`);
        if (/\/(nologin|false)$/.test(shell)) return no(`it is for a service: its shell is ${shell}`);
        if (state === '') return no('whether its password is locked cannot be seen (`passwd -S`)');
        if (/^LK?$/.test(state)) return no('its password is locked, and a new one would open it');
        return { kind: 'there', user, key: name };
      });
    },
    async set({ user, key }, password) {
      try {
        const { exitCode, stderr } = await host.run(setOne, { args: [way, key, expire ? 'yes' : 'no'], stdin: `${key}:${password}\n` });
        if (exitCode === 0) return { kind: 'done', expired: expire };
        const why = stderr.trim().split('\n').at(-1)?.slice(0, 200) || `it ended with exit code ${exitCode}`;
        return exitCode === 85 ? { kind: 'not-expired', why } : { kind: 'unchanged', why };
      } catch (error) {
        // Whatever cut it short, chpasswd may have come to its end.
        return { kind: 'unknown', why: error instanceof ProblemError ? error.problem.message : `the reset of ${user} was broken off` };
      }
    },
    close: async () => {},
  };
}
