import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Diagnostic, dist } from './client.ts';

// A real Neovim, set up with what docs/editor.md tells its users, and the server started by the command line as they start it.
const page = readFileSync(join(import.meta.dirname, '../../docs/editor.md'), 'utf8');
const [, init = ''] = /^```lua\n(.*?)^```$/ms.exec(page) ?? [];

/** What Neovim knows once the server has told it something about the open file: written as JSON. */
const probe = `
local told = vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end, 20)
local position = { line = 4, character = 4 }
local params = { textDocument = vim.lsp.util.make_text_document_params(), position = position }
local answers = vim.lsp.buf_request_sync(0, 'textDocument/completion', params, 30000) or {}
local offered = {}
for _, answer in pairs(answers) do
  for _, item in ipairs(answer.result.items or answer.result) do table.insert(offered, item.label) end
end
-- The problem is mended: it must go.
vim.api.nvim_buf_set_lines(0, 4, 5, false, { '    timeout: 5s' })
local found = vim.diagnostic.get(0)
local gone = vim.wait(30000, function() return #vim.diagnostic.get(0) == 0 end, 20)
vim.fn.writefile({ vim.fn.json_encode({ told = told, found = found, offered = offered, gone = gone }) }, vim.env.PROBE_RESULT)
vim.cmd('qa!')
`;

interface Result {
  readonly told: boolean;
  readonly gone: boolean;
  readonly offered: readonly string[];
  readonly found: readonly (Pick<Diagnostic, 'code' | 'message'> & { lnum: number; col: number; end_col: number; source: string })[];
}

describe('Neovim with runwright lsp --stdio', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'runwright-nvim-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));

  it('shows what is wrong, takes it back when it is mended, and completes', async () => {
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(dist, 'cli.cjs'), join(folder, 'bin/runwright'));
    writeFileSync(join(folder, 'init.lua'), init);
    writeFileSync(join(folder, 'probe.lua'), probe);
    writeFileSync(join(folder, 'a.runbook.yaml'), 'runbook: v1\nname: Example\nsteps:\n  - run: echo\n    timout: 5s\n');
    const result = join(folder, 'result.json');
    const neovim = spawn('nvim', ['--headless', '-n', '-i', 'NONE', '-u', 'init.lua', 'a.runbook.yaml', '-c', 'luafile probe.lua'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
        PROBE_RESULT: result,
        ...Object.fromEntries(['CONFIG', 'DATA', 'STATE', 'CACHE'].map((kind) => [`XDG_${kind}_HOME`, join(folder, 'xdg')])),
      },
    });
    let said = '';
    for (const stream of [neovim.stdout, neovim.stderr]) {
      stream.on('data', (data: Buffer) => {
        said += data.toString();
      });
    }
    // A script that fails leaves Neovim waiting for a person.
    const late = setTimeout(() => neovim.kill(), 100_000);
    const [code] = (await once(neovim, 'exit')) as [number | null];
    clearTimeout(late);
    assert.equal(code, 0, said);
    const { told, found, offered, gone }: Result = JSON.parse(readFileSync(result, 'utf8'));
    assert.ok(told, said);
    assert.deepEqual(
      found.map((one) => [one.source, one.code, one.lnum, one.col, one.end_col, one.message]),
      [['runwright', 'unknown-key', 4, 4, 10, 'There is no key `timout` in a step. Did you mean `timeout`?']],
    );
    assert.ok(offered.includes('timeout') && offered.includes('retry'), offered.join(', '));
    assert.ok(gone, 'the diagnostic stays');
  });
});
