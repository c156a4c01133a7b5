import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import fc from 'fast-check';

import { collectProgram, killProgram, quote, remoteFolder, watchProgram, wrapperProgram } from './programs.ts';
import { newName } from './record.ts';

const sh = (input: string) => spawnSync('/bin/sh', [], { input, encoding: 'utf8' });

describe('programs for the other side', () => {
  before(function () {
    // They are for POSIX hosts.
    if (process.platform === 'win32') this.skip();
  });

  it('quotes any text for sh', () => {
    const texts = fc.array(
      fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0') && text.isWellFormed()),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(texts, (list) => {
        const { stdout } = sh(`printf '%s\\n.\\n' ${list.map(quote).join(' ')}\n`);
        assert.equal(stdout, list.length === 0 ? '\n.\n' : list.map((text) => `${text}\n.\n`).join(''));
      }),
      { numRuns: 30 },
    );
  });

  it('do nothing when only a part of them came, wherever the connection was cut', () => {
    const name = newName();
    const folder = remoteFolder(name);
    const mark = `${folder}.ran`;
    const program = wrapperProgram({
      name,
      script: { file: `${folder}/script.sh`, text: `touch ${mark}` },
      commands: [['sh', `${folder}/script.sh`]],
      env: { A: "it's", B: '}\n}' },
      cwd: '',
    });
    const cuts = Array.from({ length: 60 }, (_, index) => Math.floor(((program.length - 3) * index) / 59));
    for (const cut of cuts) {
      sh(program.slice(0, cut));
      assert.ok(!existsSync(folder) && !existsSync(mark), `cut at ${cut}: ${JSON.stringify(program.slice(cut - 40, cut))}`);
    }
  });

  it('a wrapper that is not told to go starts nothing and leaves nothing', () => {
    const name = newName();
    const folder = remoteFolder(name);
    const job = {
      name,
      script: { file: `${folder}/script.sh`, text: `touch ${folder}.ran` },
      commands: [['sh', `${folder}/script.sh`]],
      env: {},
      cwd: '',
    };
    const { stdout, stderr } = sh(wrapperProgram(job));
    assert.ok(stdout.includes(`${name} ready\n`) && stderr.includes(`${name} ready\n`));
    assert.ok(!existsSync(folder) && !existsSync(`${folder}.ran`));
  });

  it('say that there is nothing where there is nothing', () => {
    const name = newName();
    assert.equal(sh(collectProgram(name, { adopt: true, outputLimit: 10 })).stdout, `\n${name} begin\nabsent\n`);
    assert.equal(sh(killProgram(name, 100)).status, 0);
    assert.ok(!existsSync(remoteFolder(name)));
    assert.equal(sh(watchProgram(name)).stdout, `\n${name} ready\n`);
  });

  it('keep a wrapper from starting once they have its claim', () => {
    const name = newName();
    const folder = remoteFolder(name);
    sh(`mkdir ${folder}`);
    try {
      assert.equal(sh(collectProgram(name, { adopt: true, outputLimit: 10 })).stdout, `\n${name} begin\nunbegun\n`);
      assert.equal(sh(collectProgram(name, { adopt: true, outputLimit: 10 })).stdout, `\n${name} begin\nunbegun\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
