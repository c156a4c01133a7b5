import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { type Behaviour, type FakeModel, startFakeModel } from '../../test/support/fake-model.ts';
import { ModelError, type Piece } from './model.ts';
import { type OpenAiOptions, openAiModel } from './openai.ts';

describe('a model behind an OpenAI-compatible endpoint', () => {
  let server: FakeModel;
  let waits: number[];
  before(async () => {
    server = await startFakeModel([], { key: 'right' });
  });
  after(() => server.close());
  beforeEach(() => {
    waits = [];
  });

  const open = (options: Partial<OpenAiOptions> = {}) =>
    openAiModel({
      baseUrl: server.baseUrl,
      model: 'fake',
      key: 'right',
      random: () => 1,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
      },
      ...options,
    });

  async function ask(options: Partial<OpenAiOptions> = {}, signal = new AbortController().signal) {
    const pieces: Piece[] = [];
    let error: unknown;
    try {
      for await (const piece of open(options).stream([{ role: 'user', content: 'why?' }], undefined, signal)) pieces.push(piece);
    } catch (caught) {
      error = caught;
    }
    const text = pieces.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : [])).join('');
    return { pieces, text, end: pieces.at(-1), error, code: error instanceof ModelError ? error.problem.code : undefined };
  }

  it('streams an answer token by token and says how it ended', async () => {
    server.script([{ reply: { kind: 'answer', text: 'The step `build` failed.' } }]);
    const { pieces, text, end } = await ask();
    assert.equal(text, 'The step `build` failed.');
    assert.ok(pieces.length > 3);
    assert.deepEqual(end, { kind: 'end', reason: 'stop' });
    assert.equal(server.requests[0]?.authorization, 'Bearer right');
    assert.equal(server.requests[0]?.body.stream, true);
  });

  it('waits as long as Retry-After says, and says so', async () => {
    server.script([
      { times: 1, reply: { kind: 'error', status: 429, message: 'Slow down.', retryAfter: '7' } },
      { reply: { kind: 'answer', text: 'fine' } },
    ]);
    const { text, pieces } = await ask();
    assert.equal(text, 'fine');
    assert.deepEqual(waits, [7000]);
    assert.match(pieces[0]?.kind === 'waiting' ? pieces[0].text : '', /asks to slow down; trying again in 7 s/);
  });

  it('does not wait for ever when a server asks for it', async () => {
    server.script([{ reply: { kind: 'error', status: 429, message: 'Tomorrow.', retryAfter: '3600' } }]);
    const { code } = await ask();
    assert.equal(code, 'model-busy');
    assert.deepEqual(waits, []);
    assert.equal(server.requests.length, 1);
  });

  it('tries a failing server four times, each time later', async () => {
    server.script([{ reply: { kind: 'error', status: 503, message: 'Overloaded.' } }]);
    const { code } = await ask();
    assert.equal(code, 'model-server');
    assert.deepEqual(waits, [500, 1000, 2000]);
    assert.equal(server.requests.length, 4);
  });

  it('never repeats a question of which half an answer was seen', async () => {
    for (const kind of ['cut', 'unfinished', 'malformed'] as const) {
      server.script([{ reply: { kind, text: 'The first half ' } }]);
      const { text, code } = await ask();
      assert.equal(text, 'The first half ', kind);
      assert.equal(code, 'model-failed', kind);
      assert.equal(server.requests.length, 1, kind);
    }
  });

  const endings: readonly { title: string; reply: Behaviour; options?: Partial<OpenAiOptions>; code: string }[] = [
    { title: 'a wrong key', reply: { kind: 'answer', text: '' }, options: { key: 'wrong' }, code: 'model-key' },
    { title: 'a missing key', reply: { kind: 'answer', text: '' }, options: { key: undefined }, code: 'model-key-missing' },
    {
      title: 'an unknown model',
      reply: { kind: 'error', status: 404, code: 'model_not_found', message: 'No such model.' },
      code: 'model-unknown',
    },
    {
      title: 'a used-up quota',
      reply: { kind: 'error', status: 429, code: 'insufficient_quota', message: 'You exceeded your current quota.' },
      code: 'model-quota',
    },
    {
      title: 'too much context',
      reply: { kind: 'error', status: 400, code: 'context_length_exceeded', message: 'Too long.' },
      code: 'model-overflow',
    },
    {
      title: 'too much context, in a local server’s words',
      reply: { kind: 'error', status: 400, message: "This model's maximum context length is 4096 tokens." },
      code: 'model-overflow',
    },
    {
      title: 'a filtered question',
      reply: { kind: 'error', status: 400, code: 'content_filter', message: 'Filtered.' },
      code: 'model-refused',
    },
    { title: 'a bad request', reply: { kind: 'error', status: 400, message: 'No.' }, code: 'model-failed' },
    { title: 'silence', reply: { kind: 'silent' }, options: { silence: 30 }, code: 'model-timeout' },
  ];
  for (const { title, reply, options, code } of endings) {
    it(`has a sentence for ${title}`, async () => {
      server.script([{ reply }]);
      const result = await ask(options);
      assert.equal(result.code, code);
      assert.equal(server.requests.length, 1);
    });
  }

  it('says that a server cannot be reached, in the system’s words', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as AddressInfo;
    await new Promise((resolve) => blocker.close(resolve));
    const { error, code } = await ask({ baseUrl: `http://127.0.0.1:${port}/v1`, attempts: 2 });
    assert.equal(code, 'model-unreachable');
    assert.match(String(error), /ECONNREFUSED/);
    assert.equal(waits.length, 1);
  });

  it('says so when the address is none', async () => {
    assert.equal((await ask({ baseUrl: 'file:///etc/passwd' })).code, 'model-unreachable');
    assert.equal((await ask({ baseUrl: '' })).code, 'model-unreachable');
  });

  it('keeps the words of a refusal and marks it as one', async () => {
    server.script([{ reply: { kind: 'refuse', text: 'I cannot help with that.' } }]);
    const { text, end } = await ask();
    assert.equal(text, 'I cannot help with that.');
    assert.deepEqual(end, { kind: 'end', reason: 'refusal' });
  });

  it('puts the parts of a tool call together', async () => {
    server.script([{ reply: { kind: 'tool-call', name: 'list_runs', input: '{"limit": 5}' } }]);
    const { pieces } = await ask();
    assert.deepEqual(pieces.at(-2), { kind: 'tool-call', id: 'call_1', name: 'list_runs', input: '{"limit": 5}' });
    assert.deepEqual(pieces.at(-1), { kind: 'end', reason: 'tool-calls' });
  });

  it('stops at once when a person stops it', async () => {
    server.script([{ reply: { kind: 'slow', text: 'one two three four five', pause: 5 } }]);
    const stop = new AbortController();
    const seen: string[] = [];
    await assert.rejects(async () => {
      for await (const piece of open().stream([{ role: 'user', content: 'x' }], undefined, stop.signal)) {
        if (piece.kind === 'text') seen.push(piece.text);
        stop.abort(new Error('stopped by the person'));
      }
    }, /stopped by the person/);
    assert.equal(seen.length, 1);
  });
});
