import assert from 'node:assert/strict';
import { builtInLanguage } from '../tools/language.ts';
import { editByRules } from './edit.ts';

const text = `# Restart
runbook: v1
name: Restart web
inputs:
  env:
    type: choice
    options: [dev, prod]
steps:
  # Look first
  - id: check
    name: Check the service
    run: systemctl status web

  - id: restart
    run: systemctl restart web
    timeout: 1m # long enough
  - id: probe
    name: Probe it
    run: |
      curl -fsS http://127.0.0.1/
      echo ok
    env: { A: "1" }
`;
const edit = (request: string, of = text, cursorLine?: number) =>
  editByRules({ file: '/w/a.runbook.yaml', text: of, unsaved: false, diagnostics: [], cursorLine }, request, builtInLanguage);
async function after(request: string, of = text, cursorLine?: number): Promise<string> {
  const made = await edit(request, of, cursorLine);
  assert.equal(made?.kind, 'proposal', `${request}: ${made?.kind === 'cannot' ? made.why : 'no rule'}`);
  assert.ok(made?.kind === 'proposal');
  assert.deepEqual(
    made.proposal.diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  // The edits give the same text as the proposal says.
  const lines = of.split('\n');
  const offset = ({ line, character }: { line: number; character: number }) =>
    lines.slice(0, line).reduce((sum, row) => sum + row.length + 1, 0) + character;
  let result = of;
  for (const { range, newText } of [...made.proposal.edits].reverse())
    result = result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end));
  assert.equal(result, made.proposal.text);
  return made.proposal.text;
}

describe('an edit by rules', () => {
  const cases: readonly (readonly [request: string, ...parts: (RegExp | string)[]])[] = [
    ['add a timeout of 5 minutes to the probe step', /echo ok\n {4}env: \{ A: "1" \}\n {4}timeout: 5m\n/],
    ['set the timeout of restart to 90 seconds', '    timeout: 90s # long enough\n'],
    ['retry probe 5 times with a delay of 10 seconds', 'retry: { attempts: 5, delay: 10s }'],
    ['ask for approval before restart', /timeout: 1m # long enough\n {4}approve: true\n/],
    ['require approval before restart asking "Really, now?"', 'approve: { message: "Really, now?" }'],
    ['only run restart if env is prod', "- id: restart\n    if: inputs.env == 'prod'\n"],
    ['set env variable FOO=bar on probe', 'env: { A: "1", FOO: bar }'],
    ['continue if probe fails', 'on-error: continue'],
    ['rename step probe to smoke', '- id: smoke'],
    ['add a required input called host of type string', '  host: { type: string, required: true }\nsteps:'],
    ['declare secret token', 'secrets: [token]\n\nsteps:'],
    ['add a step called warm before probe that runs `curl localhost`', '  - id: warm\n    run: curl localhost\n  - id: probe\n'],
    ['add an undo to restart that runs `systemctl start web`', 'undo: { run: systemctl start web }'],
    ['run it every day at 02:30', 'triggers:\n  - schedule: { cron: "30 2 * * *" }\n'],
    ['roll back on failure', 'on-failure: rollback'],
    ['move check to the end', /echo ok\n {4}env: \{ A: "1" \}\n {2}# Look first\n {2}- id: check\n/],
    ['run check and restart in parallel', /- parallel:\n {6}- id: check/],
    ['retry probe 4 times', 'retry: { attempts: 4, delay: 5s }'],
    ['make the restart step ask before it runs', 'approve: true'],
    ['require approval from ann before restart', 'approve: { approvers: [ann] }'],
    ['change the timeout of restart from 1m to 3m', '    timeout: 3m # long enough\n'],
    ['restart should time out after 2 minutes', '    timeout: 2m # long enough\n'],
    ['set the risk of restart to high', '    risk: high\n'],
    ['skip probe when env is dev', '!(inputs.env =='],
    ['add a timeout of 5 minutes to every step', 'defaults: { timeout: 5m }'],
    ['insert a step warm before probe that runs `curl localhost`', '  - id: warm\n    run: curl localhost\n  - id: probe\n'],
    ['never run two of these at the same time', 'concurrency: { group: restart-web, on-busy: queue }'],
    ['make env default to prod', 'default: prod'],
    ['roll back if something goes wrong', 'on-failure: rollback'],
    ['Please could you add a step at the end that runs `echo done`?', '  - id: echo-done\n    run: echo done\n'],
  ];
  for (const [request, ...parts] of cases)
    it(request, async () => {
      const result = await after(request);
      for (const part of parts) assert.ok(typeof part === 'string' ? result.includes(part) : part.test(result), result);
      assert.ok(result.includes('# Look first') && result.startsWith('# Restart\n'), 'comments are kept');
    });

  it('removes a step with its comment, and nothing else', async () => {
    const result = await after('remove step check');
    assert.ok(!result.includes('check') && !result.includes('Look first'));
    assert.ok(result.includes('- id: restart'));
  });

  it('keeps the line ends of Windows', async () => {
    const result = await after('add a timeout of 5 minutes to check', text.replaceAll('\n', '\r\n'));
    assert.ok(!/[^\r]\n/.test(result));
  });

  it('takes the step under the cursor', async () => {
    assert.match(await after('add a timeout of 2 minutes to this step', text, 11), /run: systemctl status web\n {4}timeout: 2m/);
  });

  it('says why it cannot', async () => {
    for (const [request, why] of [
      ['add a timeout of 5 minutes to nothing-here', /No step.*The steps are: check, restart, probe/],
      ['remove the retry from check', /has no `retry`/],
      ['run probe on target web1', /That would make the runbook wrong.*no target `web1`/],
      ['rename step probe to check', /./],
      ['add an input env', /already/],
      ['fix the errors', /no problems/],
    ] as const) {
      const made = await edit(request);
      assert.ok(made?.kind === 'cannot', request);
      assert.match(made.why, why);
    }
  });

  it('leaves alone what no rule knows, however hostile', async () => {
    for (const request of ['what does this do?', '', 'x'.repeat(5000), 'add '.repeat(300), `rename ${'a '.repeat(900)}`]) {
      const made = await edit(request);
      assert.notEqual(made?.kind, 'proposal');
    }
    assert.equal(await edit('what does this do?', '::: not yaml [\n'), undefined);
  });
});
