import assert from 'node:assert/strict';
import { type Behaviour, type FakeModel, startFakeModel } from '../test/support/fake-model.ts';
import { ask, type Given } from './ask.ts';
import type { Message, Model } from './providers/model.ts';
import { openAiModel } from './providers/openai.ts';
import { exitError, open, run, step } from './testing/runs.ts';
import { fakePorts } from './testing/tools.ts';
import type { CallRecord } from './tools/toolbox.ts';

const text = 'runbook: v1\nname: Nightly report\nsteps:\n  - { id: work, run: report-summary }\n';
const failed = run({ steps: [step({ exitCode: 127, error: exitError(127) })] });

describe('a model with tools, over the wire', () => {
  let server: FakeModel;
  before(async () => {
    server = await startFakeModel([]);
  });
  after(() => server.close());

  async function asked(
    question: string,
    replies: readonly Behaviour[],
    more: { budget?: number; big?: boolean; signal?: AbortSignal } = {},
  ) {
    server.script(replies.map((reply, index) => ({ ...(index === replies.length - 1 ? {} : { times: 1 }), reply })));
    const output = more.big === true ? 'a line of output\n'.repeat(4_000) : 'x: report-summary: command not found';
    const { ports, started } = fakePorts({ open: open(text), runs: [failed], outputs: { 'r1/work': { stderr: output } } });
    const calls: CallRecord[] = [];
    const statuses: string[] = [];
    const given: Given[] = [];
    const heard: string[] = [];
    const answer = await ask({
      text: question,
      sources: ports.sources,
      tools: ports,
      model: openAiModel({
        baseUrl: server.baseUrl,
        model: 'fake',
        sleep: async () => undefined,
        ...(more.budget === undefined ? {} : { budget: more.budget }),
      }),
      signal: more.signal ?? new AbortController().signal,
      onText: (piece) => heard.push(piece),
      onStatus: (line) => statuses.push(line),
      onCall: (record) => calls.push(record),
      onContext: (shown) => given.push(shown),
    });
    return { answer, calls, statuses, given, started, heard: heard.join('') };
  }
  const call = (name: string, input: unknown = {}): Behaviour => ({ kind: 'tool-call', name, input: JSON.stringify(input) });
  const say = (words: string): Behaviour => ({ kind: 'answer', text: words });

  it('is offered the tools, gets their results, and answers', async () => {
    const { answer, calls, statuses, heard } = await asked('Why did it fail?', [
      {
        kind: 'tool-calls',
        text: 'Let me look.',
        calls: [
          { name: 'explain_failure', input: '{"run":"r1"}' },
          { name: 'list_runs', input: '' },
        ],
      },
      say('The program is missing.'),
    ]);
    assert.equal(answer.answer, 'Let me look.\n\nThe program is missing.');
    assert.equal(heard, answer.answer);
    const [first, second] = server.requests;
    assert.ok(first?.body.tools?.some((tool) => tool.type === 'function' && tool.function.name === 'explain_failure'));
    const sent = second?.body.messages.slice(-3) ?? [];
    assert.deepEqual(
      sent.map(({ role }) => role),
      ['assistant', 'tool', 'tool'],
    );
    assert.equal(sent[0]?.content, 'Let me look.');
    assert.deepEqual(
      sent[0]?.tool_calls?.map(({ id }) => id),
      sent.slice(1).map(({ tool_call_id }) => tool_call_id),
    );
    assert.match(sent[1]?.content ?? '', /^## Result of explain_failure\n```json[\s\S]*not-found/);
    // What a person can see of a call is what the model was told.
    assert.deepEqual(
      answer.toolCalls?.map(({ result }) => result),
      sent.slice(1).map(({ content }) => content),
    );
    assert.deepEqual(calls, answer.toolCalls);
    assert.ok(statuses.includes('Explain a failure by rules'));
  });

  it('tells calls apart that share one index', async () => {
    const { answer } = await asked('Why?', [
      {
        kind: 'tool-calls',
        oneIndex: true,
        calls: [
          { name: 'explain_failure', input: '{"run":"r1"}' },
          { name: 'list_runs', input: '{"limit":1}' },
        ],
      },
      say('ok'),
    ]);
    assert.deepEqual(
      answer.toolCalls?.map(({ name, input }) => [name, input]),
      [
        ['explain_failure', '{"run":"r1"}'],
        ['list_runs', '{"limit":1}'],
      ],
    );
  });

  it('is told once that a call cannot be read, and mends it', async () => {
    const { answer } = await asked('Which runs?', [
      { kind: 'tool-call', name: 'list_runs', input: '{"limit": ' },
      call('list_runs', { limit: 1 }),
      say('One run.'),
    ]);
    assert.equal(answer.answer, 'One run.');
    assert.match(answer.toolCalls?.[0]?.refused ?? '', /not valid JSON/);
    assert.equal(answer.toolCalls?.[1]?.refused, undefined);
    // A server would fail on arguments that are no JSON.
    assert.equal(server.requests[1]?.body.messages.at(-2)?.tool_calls?.[0]?.function.arguments, '{}');
    assert.match(server.requests[1]?.body.messages.at(-1)?.content ?? '', /one JSON object that fits the schema/);
  });

  it('ends where it cannot be read again, and keeps what was said', async () => {
    const { answer } = await asked('Which runs?', [
      { kind: 'tool-calls', text: 'Half of it.', calls: [{ name: 'list_runs', input: '{"limit":"x"}' }] },
    ]);
    assert.equal(answer.problem?.code, 'model-tool-call');
    assert.equal(answer.answer, 'Half of it.\n\nHalf of it.');
    assert.equal(server.requests.length, 2);
  });

  it('ends after eight requests', async () => {
    const { answer } = await asked('Which runs?', [call('list_runs')]);
    assert.equal(answer.problem?.code, 'model-rounds');
    assert.equal(server.requests.length, 8);
    assert.equal(answer.toolCalls?.length, 7);
  });

  it('keeps the answer and the calls where the second stream breaks', async () => {
    const { answer } = await asked('Why?', [
      { kind: 'tool-calls', text: 'Looking.', calls: [{ name: 'list_runs', input: '{}' }] },
      { kind: 'cut', text: 'It is' },
    ]);
    assert.equal(answer.problem?.code, 'model-failed');
    assert.match(answer.answer ?? '', /^Looking\.\n\nIt is$/);
    assert.equal(answer.toolCalls?.length, 1);
  });

  it('never lets its words and results together outgrow the model', async () => {
    const { answer } = await asked(
      'Why?',
      [
        call('get_run_output', { step: 'work' }),
        call('get_run_output', { step: 'work' }),
        call('get_run_output', { step: 'work' }),
        say('Long.'),
      ],
      {
        budget: 16_000,
        big: true,
      },
    );
    assert.equal(answer.answer, 'Long.');
    for (const { body } of server.requests)
      assert.ok(body.messages.reduce((sum, { content }) => sum + (content?.length ?? 0), 0) <= 16_000);
    assert.match(JSON.stringify(answer.toolCalls), /Shortened: |too large to be given/);
  });

  const overflow: Behaviour = { kind: 'error', status: 400, code: 'context_length_exceeded', message: 'Too long.' };

  it('shortens the context by a named rule and sends it once more, and says so', async () => {
    const { answer, given, statuses } = await asked('Why?', [overflow, say('Short.')], { big: true });
    assert.equal(answer.answer, 'Short.');
    assert.equal(given.length, 2);
    assert.ok(given[1]?.blocks.some(({ summary }) => summary?.startsWith('Shortened to fit the model: ')));
    const [first, second] = server.requests.map(({ body }) => body.messages[0]?.content ?? '');
    assert.ok((second?.length ?? 0) < (first?.length ?? 0) / 1.5);
    // What is shown is what was sent at last.
    assert.ok(second?.endsWith(given[1]?.text ?? '?'));
    assert.match(statuses.join(), /too long: sending it once more, shortened/);
  });

  it('tries that once', async () => {
    const { answer } = await asked('Why?', [overflow], { big: true });
    assert.equal(answer.problem?.code, 'model-overflow');
    assert.equal(server.requests.length, 2);
  });

  it('leaves out results where they were too much', async () => {
    const { answer } = await asked(
      'Why?',
      [
        call('get_run_output', { step: 'work' }),
        { kind: 'error', status: 400, code: 'context_length_exceeded', message: 'Too long.' },
        say('Enough.'),
      ],
      { big: true },
    );
    assert.equal(answer.answer, 'Enough.');
    assert.match(server.requests.at(-1)?.body.messages.at(-1)?.content ?? '', /left out, because the conversation became too long/);
  });

  it('asks for a run where a person asks for one, and not where they consent to one', async () => {
    const { answer, started } = await asked('Please run it', [call('request_run'), say('It waits for you.')]);
    assert.equal(started.length, 1);
    assert.equal(answer.kind, 'action');
    const consent = await asked('approve it', [call('request_run'), say('Done.')]);
    assert.equal(consent.started.length, 0);
    assert.equal(server.requests.length, 0);
    assert.match(consent.answer.answer ?? '', /approve nothing/);
  });

  it('gives proposals to whoever asked', async () => {
    const edits = [{ old: 'run: report-summary', new: 'run: report-summary, timeout: 5m' }];
    const { answer } = await asked('add a timeout to the step', [
      call('propose_workflow_edit', { summary: 'A limit.', edits }),
      say('See the proposal.'),
    ]);
    assert.equal(answer.proposals?.length, 1);
    assert.match(answer.proposals?.[0]?.text ?? '', /timeout: 5m/);
  });

  it('does nothing more once it was stopped', async () => {
    const stop = new AbortController();
    const stopping: Model = {
      name: 'fake',
      budget: 50_000,
      async *stream(_messages: readonly Message[]) {
        yield { kind: 'tool-call', id: '1', name: 'request_run', input: '{}' };
        stop.abort(new Error('stopped'));
        yield { kind: 'end', reason: 'tool-calls' };
      },
    };
    const { ports, started } = fakePorts({ open: open(text) });
    await assert.rejects(ask({ text: 'Run it', sources: ports.sources, tools: ports, model: stopping, signal: stop.signal }), /stopped/);
    assert.deepEqual(started, []);
  });
});
