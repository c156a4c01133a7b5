import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A fake language model inside VS Code, as an extension brings one; its answers and what it was asked are files. */
export interface FakeEditorModel {
  /** Extension to install. */
  readonly vsix: string;
  readonly env: Readonly<Record<string, string>>;
  /** `calls`: tools that it asks for first. */
  answer(
    next: { text: string; calls?: readonly { name: string; input: object }[] } | { error: 'NoPermissions' | 'Blocked' | 'NotFound' },
  ): void;
  requests(): readonly (readonly { role: 'user' | 'assistant'; text: string }[])[];
  close(): void;
}

export function packFakeModels(): FakeEditorModel {
  const folder = mkdtempSync(join(tmpdir(), 'runwright-models-'));
  const vsix = join(folder, 'fake-models.vsix');
  const answers = join(folder, 'answers.json');
  const log = join(folder, 'requests.jsonl');
  const vsce = resolve(import.meta.dirname, '../../node_modules/@vscode/vsce/vsce');
  const packed = spawnSync(
    process.execPath,
    [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', vsix],
    {
      cwd: join(import.meta.dirname, 'fake-models'),
      encoding: 'utf8',
    },
  );
  if (packed.status !== 0) throw new Error(`${packed.stdout}${packed.stderr}`);
  const model: FakeEditorModel = {
    vsix,
    env: { FAKE_MODEL_ANSWERS: answers, FAKE_MODEL_LOG: log },
    answer: (next) => writeFileSync(answers, JSON.stringify(next)),
    requests: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line))
        : [],
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
  model.answer({ text: 'Nothing was asked of the test.' });
  return model;
}
