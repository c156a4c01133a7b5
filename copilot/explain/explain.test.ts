import assert from 'node:assert/strict';
import { incidents } from '../context/instance.ts';
import { exitError, failedHttp, run, step } from '../testing/runs.ts';
import { explain } from './explain.ts';
import { patterns } from './patterns.ts';

const script = (code: number, stderr: string) => ({
  run: run({ steps: [step({ exitCode: code, error: exitError(code) })] }),
  outputs: [{ activityId: 'work', stdout: '', stderr, truncated: false }],
});
const http = (status: number) => ({ run: run({ steps: [failedHttp(status)] }), outputs: [] });
const failed = (code: string, message: string, verb = 'run') => ({
  run: run({ steps: [step({ verb, error: { code, class: 'x', message, remedy: 'Do it.' } })] }),
  outputs: [],
});

/** What a run looked like → the pattern that must answer, and words of its cause. */
const table: readonly (readonly [
  string,
  { run: ReturnType<typeof run>; outputs: { activityId: string; stdout: string; stderr: string; truncated: boolean }[] },
  string,
  RegExp,
])[] = [
  [
    'bash misses a program',
    script(127, '/tmp/s: line 2: report-summary: command not found'),
    'command-not-found',
    /`report-summary`.*exit code 127/,
  ],
  ['dash misses a program', script(127, 's: 2: jq: not found'), 'command-not-found', /`jq`/],
  ['zsh misses a program', script(127, 'zsh: command not found: terraform'), 'command-not-found', /`terraform`/],
  [
    'a script names a missing interpreter',
    script(127, 'bash: ./go.sh: cannot execute: required file not found'),
    'interpreter-missing',
    /go\.sh/,
  ],
  [
    'a script has a Windows line end',
    script(126, '/bin/sh^M: bad interpreter: No such file or directory'),
    'interpreter-missing',
    /interpreter/,
  ],
  ['a file is not executable', script(126, 'bash: ./deploy.sh: Permission denied'), 'permission-denied', /may not/],
  ['126 with nothing said', script(126, ''), 'not-executable', /126/],
  ['a file is missing', script(1, 'cat: /etc/nope.conf: No such file or directory'), 'file-not-found', /`\/etc\/nope\.conf`/],
  ['ls misses a file', script(2, "ls: cannot access '/data/in': No such file or directory"), 'file-not-found', /`\/data\/in`/],
  [
    'python misses a file',
    script(1, "FileNotFoundError: [Errno 2] No such file or directory: 'figures.csv'"),
    'file-not-found',
    /`figures\.csv`/,
  ],
  ['the disk is full', script(1, 'dd: error writing out: No space left on device'), 'no-space', /full/],
  ['the disk is read-only', script(1, "touch: cannot touch 'x': Read-only file system"), 'read-only-disk', /read-only/],
  ['ssh does not know the host', script(255, 'Host key verification failed.'), 'host-key', /host key/],
  ['ssh does not know the user', script(255, 'ops@edge: Permission denied (publickey).'), 'ssh-auth', /log-in/],
  ['a folder may not be written', script(1, 'mkdir: cannot create directory ‘/opt/x’: Permission denied'), 'permission-denied', /may not/],
  ['a shell syntax error', script(2, "s: line 3: syntax error near unexpected token `fi'"), 'shell-syntax', /syntax error/],
  ['an open quote', script(2, 's: line 9: unexpected EOF while looking for matching `"\''), 'shell-syntax', /syntax error/],
  ['an unset variable', script(1, 's: line 2: REGION: unbound variable'), 'unbound-variable', /`REGION`/],
  ['a missing python module', script(1, "ModuleNotFoundError: No module named 'yaml'"), 'python-module', /`yaml`/],
  ['a missing node module', script(1, "Error: Cannot find module 'left-pad'"), 'node-module', /`left-pad`/],
  ['curl is refused', script(7, 'curl: (7) Failed to connect to 127.0.0.1 port 9: Connection refused'), 'connection-refused', /refused/],
  [
    'curl is refused, in new words',
    script(7, "curl: (7) Failed to connect to localhost port 1 after 0 ms: Couldn't connect to server"),
    'connection-refused',
    /refused/,
  ],
  ['curl finds no host', script(6, 'curl: (6) Could not resolve host: nope.invalid'), 'name-not-resolved', /resolved/],
  ['curl times out', script(28, 'curl: (28) Operation timed out after 5001 milliseconds'), 'connection-timeout', /in time/],
  ['curl distrusts a certificate', script(60, 'curl: (60) SSL certificate problem: self-signed certificate'), 'certificate', /certificate/],
  ['no route', script(1, 'connect: Network is unreachable'), 'unreachable', /no route/],
  ['a reset', script(56, 'curl: (56) Recv failure: Connection reset by peer'), 'connection-reset', /closed the connection/],
  ['a port is taken', script(1, 'Error: listen EADDRINUSE: address already in use :::8080'), 'address-in-use', /port/],
  [
    'node runs out of memory',
    script(134, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'),
    'out-of-memory',
    /memory/,
  ],
  ['killed by the system', script(137, ''), 'killed', /137/],
  ['asked to end', script(143, ''), 'terminated', /143/],
  ['wrong arguments', script(2, "tar: unrecognized option '--nope'"), 'usage', /arguments/],
  ['a test that says no', script(1, ''), 'grep-no-match', /printed nothing/],
  ['an exit code nobody knows', script(42, 'the frobnicator is jammed'), 'exit-code', /exit code 42/],
  ['401', http(401), 'http-401', /401.*https:\/\/api\.example\.net\/v1\/items\./],
  ['403', http(403), 'http-403', /403/],
  ['404', http(404), 'http-404', /404/],
  ['409', http(409), 'http-409', /409/],
  ['418', http(418), 'http-4xx', /418/],
  ['429', http(429), 'http-429', /429/],
  ['500', http(500), 'http-5xx', /500/],
  ['502', http(502), 'http-unavailable', /502/],
  ['504', http(504), 'http-unavailable', /504/],
  ['304', http(304), 'http-other', /304/],
  [
    'an action is refused',
    failed('http-failed', 'GET http://127.0.0.1:4/health failed: connect ECONNREFUSED 127.0.0.1:4.', 'http/request'),
    'connection-refused',
    /127\.0\.0\.1:4\/health/,
  ],
  [
    'an action finds no host',
    failed('http-failed', 'GET https://nope.invalid/ failed: getaddrinfo ENOTFOUND nope.invalid.', 'http/request'),
    'name-not-resolved',
    /resolved/,
  ],
  [
    'an action distrusts a certificate',
    failed('http-failed', 'GET https://x/ failed: unable to verify, CERT_HAS_EXPIRED.', 'http/request'),
    'certificate',
    /certificate/,
  ],
  [
    'an action waits in vain',
    failed('http-failed', 'GET https://x/ failed: no answer within the time limit.', 'http/request'),
    'connection-timeout',
    /in time/,
  ],
  [
    'an action is cut off',
    failed('http-failed', 'GET https://x/ failed: the server cut the connection.', 'http/request'),
    'connection-reset',
    /closed the connection/,
  ],
  [
    'an action speaks TLS to a port that does not',
    failed('http-failed', 'GET https://x:80/ failed: it does not speak TLS there (EPROTO).', 'http/request'),
    'not-tls',
    /spoke TLS/,
  ],
  ['curl is told 401', script(22, 'curl: (22) The requested URL returned error: 401'), 'told-401', /401/],
  ['curl is told 403', script(22, 'curl: (22) The requested URL returned error: 403'), 'told-403', /403/],
  ['wget is told 404', script(8, '2026-11-20 10:00:00 ERROR 404: Not Found.'), 'told-404', /404/],
  ['python is told 429', script(1, 'urllib.error.HTTPError: HTTP Error 429: Too Many Requests'), 'told-429', /429/],
  ['python is told 503', script(1, 'requests.exceptions.HTTPError: 503 Server Error: busy for url: http://x/'), 'told-5xx', /5xx/],
  ['curl is told 418', script(22, 'curl: (22) The requested URL returned error: 418'), 'told-4xx', /4xx/],
  ['too many files are open', script(1, "OSError: [Errno 24] Too many open files: '/dev/null'"), 'open-files', /open than/],
  ['a file is too large', script(153, 's: line 1: 77 File size limit exceeded head'), 'file-size-limit', /larger/],
  ['sudo wants a password', script(1, 'sudo: a password is required'), 'sudo-password', /sudo/],
  [
    'a folder is no working copy',
    script(128, 'fatal: not a git repository (or any of the parent directories): .git'),
    'git-repository',
    /git/,
  ],
  ['git knows no branch', script(1, "error: pathspec 'stable' did not match any file(s) known to git"), 'git-branch', /`stable`/],
  ['a database lets nobody in', script(2, 'FATAL:  password authentication failed for user "app"'), 'database-login', /user/],
  ['a table is missing', script(1, 'ERROR:  relation "orders" does not exist'), 'database-statement', /orders/],
  ['text is no JSON', script(1, 'json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)'), 'json-invalid', /JSON/],
  ['python has a syntax error', script(1, "SyntaxError: '(' was never closed"), 'shell-syntax', /syntax error/],
  ['a variable that must be there', script(1, '/tmp/s: line 1: TOKEN: must be given'), 'unbound-variable', /`TOKEN`/],
  ['somebody pressed Ctrl-C', script(130, ''), 'interrupted', /130/],
  ['the command timeout', script(124, 'begun'), 'command-timeout', /124/],
  ['our own time limit', failed('step-timeout', 'The step was stopped after its time limit of 5s.'), 'step-timeout', /\(5s\)/],
  ['an expression', failed('expression-failed', 'work: the expression `fromJSON(x)` failed: not JSON'), 'expression-failed', /fromJSON/],
  ['a secret without a value', failed('secret-missing', 'The secret edge_key has no value.'), 'secret-missing', /edge_key/],
  ['a wrong parameter', failed('action-input', 'http/request: url is missing', 'http/request'), 'action-input', /url is missing/],
  ['a missing folder', failed('folder-missing', 'The working directory /nope does not exist.'), 'folder-missing', /\/nope/],
  [
    'a missing shell',
    failed('shell-missing', 'The program pwsh that should run the script could not be started: ENOENT.'),
    'shell-missing',
    /pwsh/,
  ],
  ['a cancel', failed('step-cancelled', 'The step was cancelled.'), 'cancelled', /cancelled/],
  ['an error of the future', failed('brand-new', 'Something new happened.'), 'none', /Something new/],
];

describe('explaining a failure', () => {
  for (const [title, { run: detail, outputs }, pattern, cause] of table) {
    it(title, () => {
      const explained = explain(detail, outputs);
      assert.ok(explained);
      assert.equal(explained.pattern, pattern);
      assert.match(explained.diagnosis.cause, cause);
      assert.ok(explained.diagnosis.remedies.length > 0);
      assert.doesNotMatch(JSON.stringify(explained.diagnosis), /\{(?:\d|step|code|status|timeout|message|target)\}/);
    });
  }

  it('has a test for every pattern', () => {
    const tested = new Set([...table.map(([, , pattern]) => pattern), ...elsewhere]);
    assert.deepEqual(
      patterns.map(({ id }) => id).filter((id) => !tested.has(id)),
      [],
    );
  });

  it('has unique names and, for every pattern, something to look for', () => {
    assert.equal(new Set(patterns.map(({ id }) => id)).size, patterns.length);
    for (const pattern of patterns) assert.ok(Object.keys(pattern.when).length > 0, pattern.id);
  });

  it('says nothing of a run in which nothing went wrong', () => {
    assert.equal(explain(run({ status: 'completed', steps: [step({ status: 'succeeded' })] }), []), undefined);
  });

  it('speaks of the step that failed first, or of the one that was asked for', () => {
    const first = step({ id: 'a', finishedAt: '2026-11-20T10:00:01.000Z', exitCode: 127, error: exitError(127) });
    const second = step({ id: 'b', finishedAt: '2026-11-20T10:00:02.000Z', exitCode: 2, error: exitError(2) });
    const detail = run({ steps: [second, first] });
    assert.equal(explain(detail, [])?.diagnosis.step, 'a');
    assert.equal(explain(detail, [], undefined, 'b')?.diagnosis.step, 'b');
  });

  it('quotes the line of the output, without colours and without secrets', () => {
    const { run: detail, outputs } = script(127, 'password=hunter22\n\u001b[31ms: line 2: jq: command not found\u001b[0m');
    const evidence = explain(detail, outputs)?.diagnosis.evidence ?? '';
    assert.match(evidence, /^s: line 2: jq: command not found$/m);
    assert.match(evidence, /password=\*\*\*/);
    assert.match(evidence, /exit code 127/);
  });

  it('takes the last reason that a script gave', () => {
    const { run: detail, outputs } = script(127, 'a: first: command not found\nb: second: command not found');
    assert.match(explain(detail, outputs)?.diagnosis.cause ?? '', /`second`/);
  });

  it('tells who said no and quotes the note', () => {
    const explained = explain(run({ status: 'rejected', steps: [step({ status: 'cancelled' })], approvals: [approval('rejected')] }), []);
    assert.equal(explained?.pattern, 'approval-rejected');
    assert.match(explained?.diagnosis.cause ?? '', /grace rejected/);
    assert.match(explained?.diagnosis.evidence ?? '', /not on a Friday/);
  });

  it('tells that nobody answered', () => {
    const explained = explain(run({ status: 'rejected', steps: [], approvals: [approval('expired')] }), []);
    assert.equal(explained?.diagnosis.class, 'timeout');
  });

  it('tells of a refusal once, also when the engine recorded it as an error', () => {
    const error = { code: 'approval-rejected', class: 'permission', message: 'grace rejected the step work.', remedy: 'Ask grace.' };
    const detail = run({
      status: 'rejected',
      steps: [step({ error })],
      errors: [{ ...error, step: 'work', time: '2026-11-20T10:00:05.000Z' }],
      approvals: [approval('rejected')],
    });
    assert.equal(explain(detail, [])?.pattern, 'approval-rejected');
    assert.equal(incidents(detail).length, 1);
  });

  it('asks what became of a step nobody knows about', () => {
    const explained = explain(run({ status: 'paused', steps: [step({ status: 'unknown', finishedAt: undefined })] }), []);
    assert.equal(explained?.pattern, 'outcome-unknown');
  });

  it('answers within a moment for any output', () => {
    for (const stderr of ['a'.repeat(300_000), ': '.repeat(150_000), '/'.repeat(300_000), 'x:'.repeat(150_000), '"'.repeat(300_000)]) {
      const started = performance.now();
      const { run: detail, outputs } = script(9, stderr);
      assert.ok(explain(detail, outputs));
      assert.ok(performance.now() - started < 5000);
    }
  });

  it('looks inside what is around the step that failed, even when that one is named', () => {
    const inner = step({ id: 'each[1]/work', exitCode: 127, error: exitError(127) });
    const outer = step({ id: 'each', verb: 'for-each', error: exitError(127) });
    const output = { activityId: inner.id, stdout: '', stderr: 'x: line 1: report-summary: command not found', truncated: false };
    for (const named of [undefined, 'each'])
      assert.equal(explain(run({ steps: [outer, inner] }), [output], undefined, named)?.diagnosis.step, 'each[1]/work');
  });
});

/** Covered by tests of their own below the table. */
const elsewhere = ['outcome-unknown', 'output-too-large', 'folder-untrusted', 'segfault'];

const approval = (status: 'rejected' | 'expired') => ({
  run: 'r1',
  runbook: 'x',
  file: '/x',
  step: 'work',
  line: 4,
  kind: 'approval' as const,
  status,
  digest: 'd',
  message: 'Free space?',
  risk: 'medium' as const,
  reason: 'author' as const,
  request: { kind: 'gate' as const, env: {}, target: 'local' },
  requestedAt: '2026-11-20T10:00:00.000Z',
  by: 'grace',
  note: 'not on a Friday',
});
