import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { builtInActions } from '../../runbook/actions.ts';
import { analyse } from '../../runbook/analyse.ts';
import { toDiagnostic } from '../../server/to-lsp.ts';
import { type Diagnostic, Editor } from './client.ts';
import { mutation, random } from './mutate.ts';
import { answered, worked } from './patience.ts';

// 100,000 edits at random of the samples, each sent to one server as an incremental change, in bursts as a fast typist, a paste or a
// formatter makes them. After each burst the problems are asked for: they must be those of the whole new text read from scratch.
// RUNWRIGHT_MUTATIONS=long asks after every single edit. RUNWRIGHT_SEED chooses other edits.
const count = 100_000;
const long = process.env.RUNWRIGHT_MUTATIONS === 'long';
const burst = long ? 1 : 25;
const seed = Number(process.env.RUNWRIGHT_SEED ?? 1);
/** Edits of one text before the next sample: few enough that there is still something of a runbook in it. */
const perText = 50;
/** Milliseconds of processor time for one burst; more is a hang. */
const bound = 1_000;

const root = join(import.meta.dirname, '../..');
const samples = readdirSync(join(root, 'samples'))
  .filter((file) => file.endsWith('.runbook.yaml'))
  .sort()
  .map((file) => readFileSync(join(root, 'samples', file), 'utf8'));
/** Of no file: what others say is not part of this. */
const uri = 'untitled:a.runbook.yaml';

interface Change {
  readonly range: { readonly start: { line: number; character: number }; readonly end: { line: number; character: number } };
  readonly text: string;
}

/** What is compared of a diagnostic. */
const rows = (diagnostics: readonly { readonly code?: unknown; readonly message: unknown; readonly range: Diagnostic['range'] }[]) =>
  diagnostics.map(
    ({ code, message, range: { start, end } }) => `${start.line}:${start.character}-${end.line}:${end.character} ${code} ${message}`,
  );

function fromScratch(text: string): readonly string[] {
  const { diagnostics, document } = analyse(text, { actions: builtInActions });
  return rows(diagnostics.map((one) => toDiagnostic(document.lines, one)));
}

/** The shortest end of `changes` with which a server that opens the text before them goes wrong in the same way; all of them where none does. */
async function shortest(before: string, changes: readonly Change[]): Promise<{ text: string; changes: readonly Change[] }> {
  const document = TextDocument.create(uri, 'runbook', 1, before);
  const texts = [before, ...changes.map((change) => TextDocument.update(document, [change], 1).getText())];
  const expected = fromScratch(texts.at(-1) ?? '');
  for (let from = changes.length; from >= 0; from--) {
    const editor = await new Editor('stdio').initialize();
    try {
      await editor.open(texts[from] ?? '', uri);
      await answered('open', editor.child.pid, editor.diagnostics(uri));
      for (const [index, { range, text }] of changes.slice(from).entries()) await editor.edit(range, text, index + 2, uri);
      assert.deepEqual(rows(await answered('replay', editor.child.pid, editor.diagnostics(uri))), expected);
    } catch {
      return { text: texts[from] ?? '', changes: changes.slice(from) };
    } finally {
      editor.child.kill();
    }
  }
  return { text: before, changes };
}

describe('100,000 random edits of the samples', () => {
  it('end in the problems of the text that is there, in no crash and in no hang', async function () {
    this.timeout(long ? 3_600_000 : 600_000);
    const pick = random(seed);
    const editor = await new Editor('stdio').initialize();
    const { pid } = editor.child;
    let version = 1;
    let document = TextDocument.create(uri, 'runbook', version, samples[0] ?? '');
    await editor.open(document.getText(), uri);
    await editor.diagnostics(uri);
    let before = document.getText();
    let changes: Change[] = [];
    try {
      for (let done = 0; done < count; ) {
        const busy = worked(pid);
        for (let one = Math.min(1 + pick(burst * 2 - 1), count - done); one > 0; one--, done++) {
          const { start, end, text } = mutation(document.getText(), pick);
          const change = { range: { start: document.positionAt(start), end: document.positionAt(end) }, text };
          changes.push(change);
          document = TextDocument.update(document, [change], ++version);
          await editor.edit(change.range, text, version, uri);
        }
        const found = rows(await answered(`edit ${done}`, pid, editor.diagnostics(uri)));
        const now = worked(pid);
        if (now !== undefined && busy !== undefined) assert.ok(now - busy <= bound, `${now - busy} ms of work for one burst`);
        assert.deepEqual(found, fromScratch(document.getText()));
        if (changes.length < perText) continue;
        document = TextDocument.create(uri, 'runbook', ++version, samples[pick(samples.length)] ?? '');
        await editor.replace(document.getText(), version, uri);
        await answered('another sample', pid, editor.diagnostics(uri));
        before = document.getText();
        changes = [];
      }
      assert.deepEqual(editor.log, []);
    } catch (error) {
      const file = join(root, 'out/mutations', `seed-${seed}.json`);
      mkdirSync(join(root, 'out/mutations'), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ seed, ...(await shortest(before, changes)), whole: document.getText() }, null, 2)}\n`);
      editor.child.kill();
      throw new Error(
        `Seed ${seed}: ${error instanceof Error ? error.message : error}\n${editor.log.join('\n')}\nThe text and its edits: ${file}`,
      );
    }
    assert.equal(await editor.stop(), 0);
  });
});
