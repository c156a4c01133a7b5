import assert from 'node:assert/strict';
import { baseEnvironment } from './environment.ts';

describe('base environment', () => {
  it('passes on what scripts need and nothing else', () => {
    const client = {
      PATH: '/bin',
      HOME: '/home/a',
      LC_ALL: 'C',
      LC_x: 'no',
      https_proxy: 'http://p',
      SSH_AUTH_SOCK: '/s',
      GITHUB_TOKEN: 't',
      ELECTRON_RUN_AS_NODE: '1',
      NODE_OPTIONS: '-r x',
      LD_PRELOAD: 'x',
      BASH_ENV: 'x',
      TZ: undefined,
      LANG: 'a\0b',
    };
    assert.deepEqual(baseEnvironment(client, 'linux'), {
      PATH: '/bin',
      HOME: '/home/a',
      LC_ALL: 'C',
      https_proxy: 'http://p',
      SSH_AUTH_SOCK: '/s',
    });
  });

  it('knows the names of Windows in any case', () => {
    assert.deepEqual(baseEnvironment({ Path: 'C:\\bin', SystemRoot: 'C:\\Windows', ComSpec: 'cmd.exe', Token: 't' }, 'win32'), {
      Path: 'C:\\bin',
      SystemRoot: 'C:\\Windows',
      ComSpec: 'cmd.exe',
    });
  });
});
