import assert from 'node:assert/strict';
import { type FakeModel, startFakeModel } from '../../test/support/fake-model.ts';
import { checkModel } from './check.ts';
import { ModelError } from './model.ts';
import { openAiModel } from './openai.ts';

describe('the test of a model', () => {
  let server: FakeModel;
  before(async () => {
    server = await startFakeModel([], { key: 'right' });
  });
  after(() => server.close());
  const model = (key: string) => openAiModel({ baseUrl: server.baseUrl, model: 'fake', key, sleep: async () => undefined });
  const signal = new AbortController().signal;

  it('sends one word and nothing of anybody’s work', async () => {
    server.script([{ reply: { kind: 'answer', text: 'ready' } }]);
    assert.ok((await checkModel(model('right'), signal)) >= 0);
    assert.deepEqual(
      server.requests.at(-1)?.body.messages.map(({ role, content }) => [role, content]),
      [['user', 'Answer with the one word: ready']],
    );
  });

  it('says what is wrong: a key that is not taken, an answer without words', async () => {
    const code = (error: unknown) => (error instanceof ModelError ? error.problem.code : String(error));
    assert.equal(await checkModel(model('wrong'), signal).catch(code), 'model-key');
    server.script([{ reply: { kind: 'answer', text: '' } }]);
    assert.equal(await checkModel(model('right'), signal).catch(code), 'model-silent');
  });
});
