import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { find } from './find.ts';
import { type Finding, shown } from './finding.ts';
import { holds } from './indicators.ts';
import { readListener } from './programs.ts';

const since = Date.parse('2026-03-01T00:00:00Z') / 1000;
const day = 24 * 60 * 60;

/** What is found in these pieces; each as `kind line fact`. */
async function findIn(pieces: Readonly<Record<string, string>>, indicators: readonly string[] = []): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'runwright-findings-'));
  try {
    for (const [file, text] of Object.entries(pieces)) writeFileSync(join(folder, file), text);
    const findings: Finding[] = await find(folder, Object.keys(pieces), { since, indicators });
    return findings.map(({ kind, line, fact }) => `${kind} ${line} ${fact}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const state = (changed: number, status: number, rights: string, path: string) =>
  `${changed}\t${status}\t${rights}\troot:root\t9\t${path}\n`;

describe('findings of an investigation', () => {
  it('are programs that were deleted, lie in memory or in a temporary folder', async () => {
    const found = await findIn({
      'executables.txt':
        '1\t0\t/usr/lib/systemd/systemd\n7\t0\t/opt/x (deleted)\n8\t33\t/memfd:a (deleted)\n9\t33\t/dev/shm/run\n10\t0\t-\n',
    });
    assert.deepEqual(
      found.map((line) => line.split(' ').slice(0, 2).join(' ')),
      ['program-in-memory 3', 'program-in-temporary-folder 4', 'deleted-program-runs 2'],
    );
    assert.match(found[2] ?? '', /Process 7 \(of user id 0\) runs \/opt\/x,/);
  });

  it('are listeners of no package, where it is known what packages there are', async () => {
    const sockets =
      'Netid State\ntcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=5,fd=3))\ntcp LISTEN 0 1 [::]:4444 [::]:* users:(("x",pid=6,fd=3),("x",pid=7,fd=3))\n';
    const programs = '5\t0\t/usr/sbin/sshd\n6\t0\t/opt/x (deleted)\n7\t0\t/opt/x\n';
    const known = await findIn({
      'sockets.txt': sockets,
      'executables.txt': programs,
      'program-packages.txt': 'openssh-server\t/sbin/sshd\n',
    });
    assert.deepEqual(
      known.filter((line) => line.startsWith('listener')),
      ['listener-without-package 3 /opt/x listens on tcp [::]:4444 and is of no package that is installed there.'],
    );
    const unknown = await findIn({ 'sockets.txt': sockets, 'executables.txt': programs });
    assert.ok(!unknown.some((line) => line.startsWith('listener')));
    assert.deepEqual(readListener('tcp6 0 0 :::80 :::* LISTEN 812/nginx: master', 4), {
      protocol: 'tcp6',
      address: ':::80',
      pids: ['812'],
      line: 4,
    });
    assert.equal(readListener('tcp ESTAB 0 0 192.0.2.1:22 203.0.113.7:999 users:(("sshd",pid=5,fd=3))', 1), undefined);
  });

  it('are accounts that nobody should have, and those that are new', async () => {
    const found = await findIn({
      'passwd.txt': 'root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n',
      'password-states.txt':
        'root P 2026-03-01 0 99999 7 -1\nann P 2025-01-01 0 99999 7 -1\nbob NP 02/01/2026 0 99999 7 -1\neve P 03/02/2026 0 99999 7 -1\n',
      'journal.txt': 'Mar 01 web useradd[9]: new user: name=eve, UID=1001, GID=1001, home=/home/eve\n',
      'preloaded.txt': '# none\n/tmp/hook.so\n',
    });
    assert.deepEqual(
      found.map((line) => line.split(' ').slice(0, 2).join(' ')),
      ['second-root 2', 'library-in-every-program 2', 'no-password 3', 'new-user 1', 'password-set 1', 'password-set 4'],
    );
  });

  it('are changes since the time that is asked for, also where a file claims to be old', async () => {
    const old = since - day;
    const found = await findIn({
      'job-files.txt': state(old, old, '-rw-r--r--', '/etc/cron.d/old') + state(old, since + 5, '-rw-r--r--', '/etc/cron.d/backdated'),
      'account-files.txt':
        state(since + 1, since + 1, 'drwx------', '/root') + state(since + 1, since + 1, '-rw-------', '/root/.ssh/authorized_keys'),
      'changed-files.txt':
        state(since + 1, since + 1, '-rwxr-xr-x', '/usr/bin/ls') +
        state(since + 1, since + 1, '-rwxr-xr-x', '/tmp/x\ty') +
        state(since + 1, since + 1, '-rw-r--r--', '/tmp/z') +
        '0\t0\t-\t-\t-\t/tmp/a?b\n',
      'set-id-files.txt': state(old, old, '-rwsr-xr-x', '/usr/bin/su') + state(old, old, '-rwsr-xr-x', '/var/tmp/su'),
    });
    assert.deepEqual(
      found.map((line) => line.split(' ').slice(0, 2).join(' ')),
      [
        'strange-name 4',
        'new-program-in-temporary-folder 2',
        'set-id-program 2',
        'scheduled-job-changed 2',
        'account-file-changed 2',
        'program-changed 1',
      ],
    );
    assert.match(found[3] ?? '', /backdated .*2026-03-01T00:00:05Z, though it claims 2026-02-28T00:00:00Z/);
  });

  it('are passwords that are tried, and the login that follows', async () => {
    const failed = (from: string) => `Mar  1 web sshd[7]: Failed password for invalid user admin from ${from} port 22 ssh2\n`;
    const log = `${failed('203.0.113.7').repeat(6)}${failed('203.0.113.8').repeat(4)}Mar  1 web sshd[8]: Accepted password for ann from 203.0.113.7 port 22 ssh2\nMar  1 web sshd[8]: Accepted publickey for bob from 203.0.113.8 port 22 ssh2\n`;
    assert.deepEqual(await findIn({ 'authentication-log.txt': log, 'journal.txt': log }), [
      'login-after-failures 11 ann logged in from 203.0.113.7 after 6 attempts from there had failed.',
      'failed-logins 1 6 attempts to log in from 203.0.113.7 failed.',
    ]);
  });

  it('are indicators as whole words, in every piece', async () => {
    const found = await findIn(
      {
        'sockets.txt': 'tcp ESTAB 0 0 192.0.2.1:22 203.0.113.7:999\ntcp ESTAB 0 0 192.0.2.1:22 203.0.113.70:999\n',
        'x.txt': 'Evil.Example\n',
      },
      ['203.0.113.7', 'evil.example', 'EVIL.example'],
    );
    assert.deepEqual(
      found.map((line) => line.split(' ').slice(0, 3).join(' ')),
      ['indicator 1 203.0.113.7', 'indicator 1 evil.example'],
    );
    const many = await findIn({ 'x.txt': 'a 203.0.113.7\n'.repeat(40) }, ['203.0.113.7']);
    assert.equal(many.length, 6);
    assert.match(many[5] ?? '', /stands in 40 lines of x.txt/);
    for (const [text, word, whole] of [
      ['from 203.0.113.7.', '203.0.113.7', true],
      ['203.0.113.7:22', '203.0.113.7', true],
      ['1.203.0.113.7', '203.0.113.7', false],
      ['[2001:db8::1]:22', '2001:db8::1', true],
      ['2001:db8::1:5', '2001:db8::1', false],
      ['/tmp/x.sh', '/tmp/x', true],
      ['/tmp/xy /tmp/x', '/tmp/x', true],
      ['notmalware', 'malware', false],
    ] as const)
      assert.equal(holds(text, word), whole, `${word} in ${text}`);
  });

  it('are safe to show, and no flood', async () => {
    assert.equal(shown('a\u001b[31mb\n\u202ec'), 'a?[31mb??c');
    assert.equal(shown('x'.repeat(400)).length, 301);
    const found = await findIn({ 'executables.txt': '7\t0\t/tmp/x\n'.repeat(2000), 'changed-files.txt': '\n\t\t\n\u0000\n' });
    assert.equal(found.length, 500);
    const hostile = 'Failed x for Invalid user '.repeat(40_000);
    const slow = await findIn({ 'authentication-log.txt': hostile, 'sockets.txt': `tcp ${hostile}`, 'changed-files.txt': hostile }, [
      'never-there',
    ]);
    assert.deepEqual(slow, []);
    assert.equal((await findIn({ 'x.txt': `${'x '.repeat(100_000)}203.0.113.7` }, ['203.0.113.7'])).length, 1);
  });
});
