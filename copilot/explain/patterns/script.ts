import type { Pattern } from '../pattern.ts';

/** What shells and programs say before they give up. */
export const scriptPatterns: readonly Pattern[] = [
  {
    id: 'command-not-found',
    when: { exit: [127], text: [/(?:^|: )([^\s:]{1,100}): (?:command )?not found\s*$/m, /: command not found: ([^\s:]{1,100})\s*$/m] },
    class: 'not-found',
    cause: 'The script calls the program `{1}`, which is not installed or not on the PATH of this machine (exit code {code}).',
    remedies: [
      'Install `{1}` on the machine that runs the step.',
      'If it is installed elsewhere, call it by its full path or add its folder to `PATH` in the step’s `env`.',
      'Check the spelling of `{1}` in the script.',
    ],
    confidence: 0.95,
  },
  {
    id: 'interpreter-missing',
    when: { exit: [126, 127], text: [/([^\s:]{1,200}): (?:cannot execute: required file not found|bad interpreter: .*)/m] },
    class: 'not-found',
    cause: 'The file `{1}` names an interpreter in its first line that is not there (exit code {code}).',
    remedies: [
      'Install the interpreter that the first line of `{1}` names, or correct that line.',
      'If the file was written on Windows, convert its line ends to LF: a CR becomes part of the interpreter’s name.',
    ],
  },
  {
    id: 'no-space',
    when: { text: [/No space left on device/i, /Disk quota exceeded/i, /\bENOSPC\b/] },
    class: 'exit',
    cause: 'A file could not be written because the disk or the quota is full.',
    remedies: [
      'Find what takes the space with `df -h` and `du -xhd1`, and free some of it.',
      'Write to a folder on another disk: set `working-directory`, or `TMPDIR` in `env`.',
      'Check inodes too (`df -i`): they can run out before the bytes do.',
    ],
  },
  {
    id: 'read-only-disk',
    when: { text: [/Read-only file system/i, /\bEROFS\b/] },
    class: 'permission',
    cause: 'The script wrote to a file system that is mounted read-only.',
    remedies: [
      'Write to another folder.',
      'If the disk should be writable, look into `dmesg`: after disk errors Linux mounts it read-only.',
    ],
  },
  {
    id: 'out-of-memory',
    when: {
      text: [
        /Cannot allocate memory/i,
        /JavaScript heap out of memory/i,
        /java\.lang\.OutOfMemoryError/,
        /^MemoryError\b/m,
        /\bOut of memory\b/i,
      ],
    },
    class: 'exit',
    cause: 'The program ran out of memory.',
    remedies: [
      'Give it less to do at once: smaller files, fewer workers, a page at a time.',
      'Raise its memory limit, or run it on a machine with more memory.',
    ],
  },
  {
    id: 'open-files',
    when: { text: [/Too many open files/i, /\bEMFILE\b/, /\bENFILE\b/] },
    class: 'exit',
    cause: 'The program had more files and connections open than it may.',
    remedies: [
      'Raise the limit in the script (`ulimit -n 4096`) or that of the engine’s service (`LimitNOFILE=`).',
      'Close what is no longer needed: `ls /proc/PID/fd` shows what is open.',
    ],
  },
  {
    id: 'file-size-limit',
    when: { exit: [153], text: [/File size limit exceeded/i, /^(?![\s\S]*\S)/] },
    class: 'exit',
    cause: 'The script wrote a file larger than it may (signal XFSZ).',
    remedies: ['Raise the limit in the script (`ulimit -f unlimited`), if it may.', 'Write less, or in parts.'],
  },
  {
    id: 'sudo-password',
    when: {
      text: [
        /sudo: (?:a password is required|a terminal is required|no tty present|.{0,80}\bnot in the sudoers\b|sorry, you must have a tty)/i,
        /\bis not in the sudoers file\b/i,
      ],
    },
    class: 'permission',
    cause: 'sudo asked for a password or refused: the user of the step may not do this without one, and there is nobody to type it.',
    remedies: [
      'Allow this one command without a password: a line with `NOPASSWD:` and its full path in a file of `/etc/sudoers.d` (`visudo -f`).',
      'Or run the step on a target with a user who has the right.',
    ],
  },
  {
    id: 'git-repository',
    when: { exit: [128], text: [/fatal: not a git repository/i] },
    class: 'not-found',
    cause: 'The script calls git in a folder that is no working copy.',
    remedies: ['Set `working-directory` to the working copy, or use `git -C FOLDER`.', 'Clone it first if an earlier step should have.'],
  },
  {
    id: 'git-branch',
    when: {
      exit: [1, 128],
      text: [/error: pathspec '([^']{1,200})' did not match/i, /fatal: (?:couldn't find remote ref|Remote branch) ([^\s]{1,200})/i],
    },
    class: 'not-found',
    cause: 'git knows no branch, tag or file `{1}`.',
    remedies: ['Check its spelling; fetch first if it is new: `git fetch --all --tags`.'],
  },
  {
    id: 'database-login',
    when: {
      text: [
        /password authentication failed for user "([^"]{1,100})"/i,
        /Access denied for user '([^']{1,100})'/i,
        /no pg_hba\.conf entry for host/i,
        /(?:NOAUTH|WRONGPASS) /,
      ],
    },
    class: 'auth',
    cause: 'The database server did not let the user in.',
    remedies: [
      'Check user and password; a password belongs into a secret ("Runwright: Set Secret") and reaches the script by `env`.',
      'See on the server who may connect from here (`pg_hba.conf`, `GRANT`).',
    ],
  },
  {
    id: 'database-statement',
    when: {
      text: [
        /^(?:psql:.{0,200}: )?ERROR: {1,2}((?:relation|column|function|schema|type|database|syntax error|operator|table) .{1,200})$/m,
        /^ERROR (?:1054|1064|1146|1305) \(\w+\)(?: at line \d+)?: (.{1,200})$/m,
      ],
    },
    class: 'invalid-input',
    cause: 'The database refused the statement: {1}.',
    remedies: [
      'Correct the statement; check the names against what is there (`\\d` in psql, `SHOW TABLES` in MySQL).',
      'Check that it is the right database and schema, and that migrations have run.',
    ],
  },
  {
    id: 'host-key',
    when: { text: [/Host key verification failed/i, /REMOTE HOST IDENTIFICATION HAS CHANGED/i] },
    class: 'auth',
    cause: 'SSH refused the server because its host key is unknown or has changed.',
    remedies: [
      'Ask whoever runs the server for the fingerprint of its key and compare.',
      'If it is right, add it to `known_hosts`; a changed key that nobody can explain is a reason to stop.',
    ],
  },
  {
    id: 'ssh-auth',
    when: { text: [/Permission denied \((?:publickey|password|keyboard-interactive)[^)]*\)/i] },
    class: 'auth',
    cause: 'SSH refused the log-in: none of the offered keys or passwords is accepted for this user.',
    remedies: [
      'Check the user name and which key is offered (`ssh -v`).',
      'Add the public key to `~/.ssh/authorized_keys` on the server.',
      'If the key is held by an agent, start the client from a session in which the agent runs.',
    ],
  },
  {
    id: 'permission-denied',
    when: { text: [/^(.{0,200}?)(?:: )?(?:Permission denied|Operation not permitted|Access is denied)/im, /\b(?:EACCES|EPERM)\b/] },
    class: 'permission',
    cause: 'The user who runs the engine may not do what the script tried.',
    remedies: [
      'Look at the owner and mode of the file in the message (`ls -l`).',
      'A script that should be run needs the mode `x`: `chmod +x FILE`.',
      'Use a user with the right, not a broader mode: give that user access, or run the step on a target where the user has it.',
    ],
  },
  {
    id: 'not-executable',
    when: { exit: [126] },
    class: 'permission',
    cause: 'The program was found but could not be executed (exit code 126).',
    remedies: [
      'Make it executable: `chmod +x FILE`.',
      'Check that it is a program for this machine’s processor and system (`file FILE`).',
      'A disk mounted with `noexec` runs no programs: move it elsewhere.',
    ],
    confidence: 0.8,
  },
  {
    id: 'shell-syntax',
    when: {
      text: [
        /syntax error(?: near unexpected token .{0,80}|: .{0,120})?/i,
        /unexpected (?:EOF|end of file) while looking for matching/i,
        /Syntax error: .{0,120}/,
        /^(?:SyntaxError|IndentationError|TabError): .{0,120}/m,
      ],
    },
    class: 'invalid-input',
    cause: 'The shell or interpreter could not read the script: it has a syntax error.',
    remedies: [
      'Correct the script at the line in the message; the lines are counted from the start of `run`.',
      'Look for a quote, bracket, `fi` or `done` that is missing before that line.',
      'If the script needs bash, write `shell: bash`: `sh` does not know its arrays and `[[`.',
    ],
  },
  {
    id: 'unbound-variable',
    when: {
      text: [
        /([A-Za-z_][A-Za-z0-9_]{0,100}): (?:unbound variable|parameter not set|parameter null or not set)/,
        // What the author wrote behind `:?` stands in place of the shell's words.
        /: line \d+: ([A-Z_][A-Z0-9_]{0,100}): (?!.*(?:not found|No such file|Permission denied|Is a directory|syntax error))[^\n]{1,200}$/m,
      ],
    },
    class: 'invalid-input',
    cause: 'The script uses the variable `{1}`, which is not set.',
    remedies: [
      'Set `{1}` in the step’s `env`, from an input or an earlier step’s output.',
      'Give it a default in the script, with `:-` after the name.',
    ],
  },
  {
    id: 'json-invalid',
    when: {
      text: [
        /(?:JSONDecodeError|SyntaxError): (.{0,80}\bJSON\b.{0,120}|(?:Expecting|Extra data|Invalid|Unterminated).{0,120})/,
        /^(?:jq: )?parse error: (.{1,160})$/m,
        /\bis not valid JSON\b/,
      ],
    },
    class: 'invalid-input',
    cause: 'The script was given text that is not JSON, or is cut short.',
    remedies: [
      'Print what it reads before it is read as JSON: a page with an error, or nothing at all, is a frequent reason.',
      'If it comes from a request, check its status first (`curl -f`); if from a file, that it is whole.',
    ],
  },
  {
    id: 'python-module',
    when: { text: [/ModuleNotFoundError: No module named '([^']{1,100})'/] },
    class: 'not-found',
    cause: 'Python has no module `{1}`.',
    remedies: [
      'Install it for the Python that runs the step: `python3 -m pip install {1}` (the package may have another name).',
      'If it is in a virtual environment, call that environment’s `python`.',
    ],
  },
  {
    id: 'node-module',
    when: { text: [/Cannot find module '([^']{1,200})'/] },
    class: 'not-found',
    cause: 'Node cannot find the module `{1}`.',
    remedies: [
      'Install what the project needs (`npm ci`) in the folder the script runs in.',
      'Check `working-directory`: modules are looked up from there.',
    ],
  },
  {
    id: 'file-not-found',
    when: {
      text: [
        /([^\s:'‘"]{1,300})['’"]?: No such file or directory/i,
        /No such file or directory: '?([^'\n]{1,300})'?/i,
        /\bENOENT\b[^'\n]{0,80}'([^'\n]{1,300})'/,
      ],
    },
    class: 'not-found',
    cause: 'There is no file or folder `{1}` where the script looked for it.',
    remedies: [
      'Check the path; a relative one is taken from the step’s `working-directory`, else from the runbook’s folder.',
      'If an earlier step makes it, check that this step ran and wrote where you think.',
      'Create it first, for example `mkdir -p` for a folder.',
    ],
  },
  {
    id: 'grep-no-match',
    when: { exit: [1], error: ['exit-code'], text: [/^$(?![\s\S])/] },
    class: 'exit',
    cause:
      'A command in the script ended with exit code 1 and printed nothing. Commands that test or search (`[`, `grep`, `diff`) do so when the answer is no.',
    remedies: [
      'If "no" is a fine answer, say so: `grep … || true`, or put the test into an `if`.',
      'Put `set -x` at the top of the script to see which command it was.',
    ],
    confidence: 0.6,
  },
];
