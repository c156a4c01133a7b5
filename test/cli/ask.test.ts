import assert from 'node:assert/strict';
import { startFakeModel } from '../support/fake-model.ts';
import { eventsOf, exit, sandboxes } from './support.ts';

const report = 'samples/fetch-report.runbook.yaml';

interface Answer {
  readonly kind: string;
  readonly answer: string;
  readonly confidence: number;
  readonly model: string;
  readonly diagnosis?: { step: string; class: string; cause: string; evidence: string; remedies: string[] };
}

describe('runwright ask', () => {
  const sandbox = sandboxes();

  it('names the step, the cause and a remedy of a failure, without a model', async () => {
    await sandbox().run(['run', report]);
    const { code, value } = await sandbox().json<Answer>(['ask', 'why did this fail?', '--file', report]);
    assert.equal(code, exit.completed);
    assert.deepEqual(
      [value.kind, value.model, value.diagnosis?.step, value.diagnosis?.class],
      ['question', 'offline', 'summarize', 'not-found'],
    );
    assert.match(value.diagnosis?.evidence ?? '', /report-summary/);
    assert((value.diagnosis?.remedies.length ?? 0) > 0);
    assert.equal(typeof value.confidence, 'number');
    assert.match(value.answer, /summarize/);
    const text = await sandbox().run(['ask', 'why did this fail?', '--file', report]);
    assert.match(text.stdout, /summarize[\s\S]*What to do:\n {2}- /);
    assert.match(text.stderr, /Looked at: Current Workflow Definition Context .*Workflow Instance Errors/);
  });

  it('explains the run it is given, of an HTTP step too', async () => {
    const { last } = eventsOf((await sandbox().run(['run', 'samples/failing-http.runbook.yaml', '--json'])).stdout);
    const { value } = await sandbox().json<Answer>(['ask', 'why did it fail?', '--run', last.id]);
    assert.deepEqual([value.diagnosis?.step, value.diagnosis?.class], ['health', 'network']);
  });

  it('does not know a run that is not there', async () => {
    const { code, value } = await sandbox().json<{ error: { code: string } }>(['ask', 'why?', '--run', 'nope']);
    assert.deepEqual([code, value.error.code], [exit.unknown, 'run-unknown']);
    assert.equal((await sandbox().run(['ask', 'why?', '--file', 'nope.runbook.yaml'])).code, exit.usage);
  });

  it('asks the chosen model, streams its answer and approves nothing', async () => {
    const fake = await startFakeModel([{ reply: { kind: 'answer', text: 'The program is missing.' } }], { key: 'a-key-for-tests' });
    const env = { RUNWRIGHT_AI_BASE_URL: fake.baseUrl, RUNWRIGHT_AI_MODEL: 'fake-1', OPENAI_API_KEY: 'a-key-for-tests' };
    try {
      const { code, stdout, stderr } = await sandbox().run(['ask', 'why did this fail?', '--file', report], { env });
      assert.equal(code, exit.completed);
      assert.match(stdout, /^The program is missing\.\n/);
      assert.match(stderr, /Sent to fake-1: Current Workflow Definition Context/);
      assert.equal(fake.requests.length, 1);
      assert.match(JSON.stringify(fake.requests[0]?.body), /report-summary --format text/);
      const { value } = await sandbox().json<Answer>(['ask', 'why?', '--file', report, '--offline'], { env });
      assert.equal(value.model, 'offline');
      assert.equal(fake.requests.length, 1, 'offline asks nobody');
    } finally {
      await fake.close();
    }
  });

  it('lets a model use tools, says which, and what it asks for waits for a person', async () => {
    const reads = { name: 'get_workflow_definition', input: '{}' };
    const runs = { name: 'request_run', input: '{"inputs":{"name":"Ada"}}' };
    const fake = await startFakeModel([
      { times: 1, reply: { kind: 'tool-calls', calls: [reads, runs, { name: 'approve_step', input: '{}' }] } },
      { reply: { kind: 'answer', text: 'It waits for you.' } },
    ]);
    const env = { RUNWRIGHT_AI_BASE_URL: fake.baseUrl, RUNWRIGHT_AI_MODEL: 'fake-1' };
    try {
      assert.equal((await sandbox().run(['trust', sandbox().samples])).code, exit.completed);
      const hello = `${sandbox().samples}/hello.runbook.yaml`;
      const { code, value, stderr } = await sandbox().json<Answer & { toolCalls: { name: string; refused?: string; result: string }[] }>(
        ['ask', 'start this runbook for me', '--file', hello],
        { env },
      );
      assert.equal(code, exit.completed, stderr);
      assert.deepEqual(
        value.toolCalls.map(({ name, refused }) => [name, refused !== undefined]),
        [
          ['get_workflow_definition', false],
          ['request_run', false],
          ['approve_step', true],
        ],
      );
      assert.match(stderr, /Asks for a run of the open runbook, which waits for approval/);
      assert.match(stderr, /approve_step, which does not exist: not done/);
      assert.match(value.toolCalls[1]?.result ?? '', /"status": "waiting_approval"/);
      const listed = await sandbox().json<{ status: string }[]>(['runs']);
      assert.deepEqual(
        listed.value.map(({ status }) => status),
        ['waiting_approval'],
      );
    } finally {
      await fake.close();
    }
  });

  it('keeps half an answer, says that it is one, and ends with 1', async () => {
    const fake = await startFakeModel([{ reply: { kind: 'cut', text: 'It failed because' } }]);
    try {
      const { code, stdout, stderr } = await sandbox().run(['ask', 'why did this fail?', '--file', report], {
        env: { RUNWRIGHT_AI_BASE_URL: fake.baseUrl, RUNWRIGHT_AI_MODEL: 'fake-1' },
      });
      assert.equal(code, exit.failed);
      assert.match(stdout, /^It failed because\n/);
      assert.match(stderr, /^runwright: .+$/m);
    } finally {
      await fake.close();
    }
  });

  it('stops waiting for a model on Ctrl-C', async () => {
    const fake = await startFakeModel([{ reply: { kind: 'slow', text: 'one two three four five six seven eight nine ten', pause: 500 } }]);
    try {
      const command = sandbox().start(['ask', 'why did this fail?', '--file', report], {
        env: { RUNWRIGHT_AI_BASE_URL: fake.baseUrl, RUNWRIGHT_AI_MODEL: 'fake-1' },
      });
      await command.sees('one');
      command.child.kill('SIGINT');
      assert.equal((await command.ended).code, exit.cancelled);
    } finally {
      await fake.close();
    }
  });

  it('does not take a key that lies around for the choice of a model', async () => {
    const { value } = await sandbox().json<Answer>(['ask', 'help'], { env: { OPENAI_API_KEY: 'somebody-else-s' } });
    assert.equal(value.model, 'offline');
  });

  it('answers about a file without an engine', async () => {
    const file = await sandbox().write('a-file', '');
    const { code, value } = await sandbox().json<Answer>(['ask', 'what does this do?', '--file', report], {
      env: { RUNWRIGHT_STATE: `${file}/state` },
    });
    assert.equal(code, exit.completed);
    assert.match(value.answer, /summarize|Summarize|figures/);
  });
});
