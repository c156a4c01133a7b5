import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds, toolNames } from '../../extension/contributions.ts';
import { activated, eventually, items, reaches, runFile, showFile, workspaceFile } from './support.ts';

type Activated = Awaited<ReturnType<typeof activated>>;

describe('the extension in its host', () => {
  let api: Activated['api'];
  let manifest: Activated['manifest'];

  before(async () => {
    ({ api, manifest } = await activated());
    console.log(`activate() returned after ${api.activationMs.toFixed(1)} ms`);
  });

  it('activates and says how long that took', () => {
    assert.ok(api.activationMs > 0 && Number.isFinite(api.activationMs));
    assert.equal(api.services.connection.state.kind, 'connected');
  });

  it('registers exactly the commands of its manifest', async () => {
    const declared = manifest.contributes.commands.map((item) => item.command).sort();
    assert.deepEqual([...commandIds].sort(), declared);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      declared.filter((id) => !registered.has(id)),
      [],
    );
  });

  it('shows a typo as a problem at its place, and drops it when it is mended', async () => {
    const editor = await showFile('typo.runbook.yaml', 'runbook: v1\nname: Typo\nstepps:\n  - run: echo\n');
    const { uri } = editor.document;
    const problem = await eventually('a problem', () => vscode.languages.getDiagnostics(uri).find((item) => /stepps/.test(item.message)));
    assert.equal(problem.range.start.line, 2);
    await editor.edit((edit) => edit.replace(new vscode.Range(2, 0, 2, 6), 'steps'));
    await eventually('no problem', () => (vscode.languages.getDiagnostics(uri).length === 0 ? true : undefined));
    await editor.document.save();
  });

  it('completes the keys of a step', async () => {
    const editor = await showFile('completion.runbook.yaml', 'runbook: v1\nname: Completion\nsteps:\n  - id: a\n    \n');
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      new vscode.Position(4, 4),
    );
    const labels = list.items.map((item) => (typeof item.label === 'string' ? item.label : item.label.label));
    for (const key of ['run', 'uses', 'approve', 'for-each']) assert.ok(labels.includes(key), `${key} is not among ${labels.join(', ')}`);
  });

  it('renames an id with dashes wherever it stands, and says why something else cannot be renamed', async () => {
    const text = (id: string) =>
      `runbook: v1\nname: Rename\nsteps:\n  - id: ${id} # the-step\n    run: echo\n  - run: echo\n    if: steps['${id}'].outcome == 'success'\n    env: { A: "\${{ steps.${id}.outputs.stdout }}" }\n`;
    const { document } = await showFile('rename.runbook.yaml', text('the-step'));
    const at = document.positionAt(document.getText().lastIndexOf('the-step') + 5);
    assert.equal(document.getText(document.getWordRangeAtPosition(at)), 'the-step');
    const ask = <T>(command: string, ...more: unknown[]) => vscode.commands.executeCommand<T>(command, document.uri, ...more);
    const prepared = await ask<{ placeholder: string }>('vscode.prepareRename', at);
    assert.equal(prepared.placeholder, 'the-step');
    const edit = await ask<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', at, 'look-first');
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.equal(document.getText(), text('look-first').replace('# look-first', '# the-step'));
    const scripts = document.positionAt(document.getText().indexOf('stdout'));
    await assert.rejects(async () => await ask('vscode.executeDocumentRenameProvider', scripts, 'x'), /script itself names `stdout`/);
    await document.save();
  });

  it('runs the hello sample with the inputs given, and lists the run with its steps', async () => {
    const run = await runFile('hello.runbook.yaml', { name: 'Ada' });
    const detail = await reaches(api, run, 'completed');
    assert.equal(detail.outputs.greeting, 'Hello, Ada!');
    const listed = (await items(api.views.runs)).find(({ item }) => item.id === run);
    assert.ok(listed, 'the run is not in the view');
    assert.equal(listed.item.contextValue, 'run.done');
    const steps = await items(api.views.runs, listed.node);
    assert.deepEqual(
      steps.map(({ item }) => [item.label, item.contextValue]),
      [
        ['Say hello', 'step.done'],
        ['Measure the greeting', 'step.done'],
      ],
    );
  });

  it('asks nothing and says what is wrong when an input does not fit', async () => {
    const id = await vscode.commands.executeCommand('runwright.run', {
      file: workspaceFile('hello.runbook.yaml').fsPath,
      inputs: { name: '' },
    });
    assert.equal(id, undefined);
    const checked = await api.services.language.checkInput(workspaceFile('hello.runbook.yaml'), 'name', '');
    assert.ok(checked, 'the language server finds nothing wrong with it');
    assert.equal(await api.services.language.checkInput(workspaceFile('hello.runbook.yaml'), 'name', 'Ada'), undefined);
  });

  it('waits for an approval, refuses one for something else, and runs what was approved', async () => {
    const run = await runFile('disk-pressure.runbook.yaml', { folder: 'host-approve' });
    await reaches(api, run, 'waiting_approval');
    const waiting = await items(api.views.approvals);
    const question = waiting.map(({ node }) => node).find((node) => node.kind === 'question' && node.question.run === run);
    assert.ok(question?.kind === 'question', 'the question is not in the view');
    const { step, digest } = question.question;
    assert.equal(step, 'free');
    const shown = waiting.find(({ node }) => node === question)?.item.tooltip;
    assert.ok(shown instanceof vscode.MarkdownString && shown.value.includes('tar -czf rotated-logs.tar.gz') && !shown.isTrusted);

    const other = digest.replace(/^./, (char) => (char === '0' ? '1' : '0'));
    assert.ok(!(await vscode.commands.executeCommand('runwright.approve', { run, step, digest: other })));
    assert.equal((await (await api.services.engine()).show(run)).status, 'waiting_approval');

    assert.equal(await vscode.commands.executeCommand('runwright.approve', { run, step, digest }), true);
    await reaches(api, run, 'completed');
    assert.deepEqual(
      (await items(api.views.approvals)).filter(({ node }) => node.kind === 'question' && node.question.run === run),
      [],
    );
  });

  it('rejects with a note that stays with the run', async () => {
    const run = await runFile('disk-pressure.runbook.yaml', { folder: 'host-reject' });
    const waiting = await reaches(api, run, 'waiting_approval');
    const question = waiting.approvals.find((item) => item.status === 'pending');
    assert.ok(question);
    await vscode.commands.executeCommand('runwright.reject', { run, step: question.step, digest: question.digest, note: 'Not today' });
    const detail = await reaches(api, run, 'rejected');
    assert.equal(detail.approvals.find((item) => item.step === question.step)?.note, 'Not today');
  });

  it('shows a failure at its step and among the problems', async () => {
    const editor = await showFile('fetch-report.runbook.yaml');
    const run = await runFile('fetch-report.runbook.yaml', {});
    await eventually('the failed step', () =>
      api.services.store.detail(run)?.steps.find((step) => step.id === 'summarize' && step.status === 'failed'),
    );
    const problem = await eventually('the failure in the editor', () =>
      vscode.languages.getDiagnostics(editor.document.uri).find((item) => item.source === 'runwright-run'),
    );
    assert.match(editor.document.lineAt(problem.range.start.line).text, /- id: summarize/);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Information);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      problem.range,
    );
    assert.ok(actions.some((action) => action.title === 'Ask Copilot About This Failure'));
  });

  it('offers to run the runbook and each step above their lines', async () => {
    const editor = await showFile('hello.runbook.yaml');
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', editor.document.uri, 10);
    const titles = lenses.map((lens) => lens.command?.title);
    assert.equal(titles.filter((title) => title?.includes('Run Runbook')).length, 1);
    assert.equal(titles.filter((title) => title?.includes('Run Step')).length, 2);
  });

  it('runs one step alone with the outputs it refers to', async () => {
    const run = await runFile('hello.runbook.yaml', {}, { step: 'measure', given: { greet: { stdout: 'four' } } });
    const detail = await reaches(api, run, 'completed');
    assert.equal(detail.steps.find((step) => step.id === 'measure')?.outputs?.length, '4');
    assert.ok(!detail.steps.some((step) => step.id === 'greet' && step.status === 'succeeded'));
  });

  it('saves a changed runbook before it runs it', async () => {
    const editor = await showFile(
      'changed.runbook.yaml',
      'runbook: v1\nname: Changed\nsteps:\n  - id: say\n    run: echo before\noutputs:\n  said: "${{ steps.say.outputs.stdout }}"\n',
    );
    await editor.edit((edit) => edit.replace(new vscode.Range(4, 14, 4, 20), 'after'));
    assert.ok(editor.document.isDirty);
    const run = await runFile('changed.runbook.yaml', {});
    assert.equal((await reaches(api, run, 'completed')).outputs.said, 'after');
    assert.ok(!editor.document.isDirty);
  });

  it('lists the runbooks of the workspace with their steps', async () => {
    const files = await items(api.views.runbooks);
    const hello = files.find(({ item }) => item.label === 'hello.runbook.yaml');
    assert.ok(hello, files.map(({ item }) => item.label).join());
    const steps = await items(api.views.runbooks, hello.node);
    assert.deepEqual(
      steps.map(({ item }) => item.label),
      ['Say hello', 'Measure the greeting'],
    );
  });

  it('runs nothing in a folder that is not trusted', async () => {
    const engine = await api.services.engine();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    await engine.setTrust(folder, false);
    try {
      const before = (await engine.list()).length;
      assert.equal(
        await vscode.commands.executeCommand('runwright.run', { file: workspaceFile('hello.runbook.yaml').fsPath, inputs: {} }),
        undefined,
      );
      assert.equal((await engine.list()).length, before);
    } finally {
      await engine.setTrust(folder, true);
    }
  });

  it('goes on with the same runs after the engine was restarted', async () => {
    const before = api.services.connection.state;
    const run = await runFile('hello.runbook.yaml', { name: 'again' });
    await reaches(api, run, 'completed');
    await vscode.commands.executeCommand('runwright.restartEngine');
    const after = api.services.connection.state;
    assert.ok(before.kind === 'connected' && after.kind === 'connected' && before.pid !== after.pid);
    await eventually('the list', () => api.services.store.runs.find((item) => item.id === run));
    await reaches(api, await runFile('hello.runbook.yaml', { name: 'new' }), 'completed');
  });

  it('offers its tools to the chats of VS Code as long as the copilot is on, and they work', async () => {
    const ours = () => vscode.lm.tools.filter(({ name }) => name.startsWith('runwright_')).map(({ name }) => name);
    await eventually('the tools', () => (ours().length === toolNames.length ? true : undefined));
    assert.deepEqual(ours().sort(), [...toolNames].sort());
    await showFile('hello.runbook.yaml');
    const use = async (name: string, input: object): Promise<string> => {
      const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
      return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
    };
    assert.match(await use('runwright_get_workflow_definition', {}), /Result of get_workflow_definition[\s\S]*runbook: v1/);
    assert.match(await use('runwright_validate_runbook', { text: 'runbook: v1\nname: X\nsteps: [{ uses: no/such }]\n' }), /unknown-action/);
    assert.match(await use('runwright_get_activity_catalog', { search: 'http request' }), /http\/request/);
    assert.match(await use('runwright_find_runbook', { search: 'hello' }), /hello\.runbook\.yaml/);
    const proposed = await use('runwright_propose_new_workflow', {
      file: 'ops/new.runbook.yaml',
      text: 'runbook: v1\nname: New\nsteps: [{ run: "true" }]\n',
      summary: 'New',
    });
    assert.match(proposed, /"shown": true/);
    await eventually('the proposal', () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'runwright-proposal'));
    const setting = vscode.workspace.getConfiguration('runwright');
    await setting.update('ai.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      // Its list still names what a manifest declares; there is nothing behind it any more, and `when` hides it from chats.
      await eventually('no tool', () =>
        use('runwright_list_runs', {}).then(
          () => undefined,
          () => true,
        ),
      );
    } finally {
      await setting.update('ai.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
    await eventually('the tools again', () =>
      use('runwright_list_runs', {}).then(
        () => true,
        () => undefined,
      ),
    );
  });

  it('asks before another chat may ask for a run, and that run waits', async () => {
    await showFile('hello.runbook.yaml');
    const chat = await api.services.chat();
    const prepared = chat.prepareTool('runwright_request_run', { inputs: { name: 'Ada' } });
    assert.match(String(prepared.confirmationMessages?.message), /"name":"Ada"[\s\S]*waits for your approval/);
    const stop = new vscode.CancellationTokenSource();
    const options = { input: { inputs: { name: 'Ada' } }, toolInvocationToken: undefined };
    const { content } = await chat.useTool('runwright_request_run', options, stop.token);
    const text = content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
    const run = /"run": "([^"]+)"/.exec(text)?.[1];
    assert.ok(run, text);
    const detail = await reaches(api, run, 'waiting_approval');
    assert.equal(detail.via, 'chat');
    assert.ok(detail.steps.every(({ attempts }) => attempts === 0));
  });
});
