import assert from 'node:assert/strict';
import { type FakeModel, startFakeModel } from '../../test/support/fake-model.ts';

describe('the fake model', () => {
  let server: FakeModel;
  before(async () => {
    server = await startFakeModel([{ when: /^hello$/, reply: { kind: 'answer', text: 'Good day.' } }], { key: 'k' });
  });
  after(() => server.close());
  const post = (body: object, key = 'k', path = '/chat/completions') =>
    fetch(`${server.baseUrl}${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(body) });
  const asked = (content: string, stream: boolean) => ({ model: 'm', stream, messages: [{ role: 'user', content }] });

  it('streams events that end with the usage and [DONE]', async () => {
    const response = await post(asked('hello', true));
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    const events = (await response.text())
      .trim()
      .split('\n\n')
      .map((event) => event.replace(/^data: /, ''));
    assert.equal(events.at(-1), '[DONE]');
    assert.equal(JSON.parse(events.at(-2) ?? '').usage.total_tokens, 15);
    const text = events
      .slice(0, -2)
      .map((event) => JSON.parse(event).choices[0].delta.content ?? '')
      .join('');
    assert.equal(text, 'Good day.');
  });

  it('answers at once when no stream is wanted', async () => {
    const body = (await (await post(asked('hello', false))).json()) as { choices: { message: { content: string } }[] };
    assert.equal(body.choices[0]?.message.content, 'Good day.');
  });

  it('refuses a wrong key, a wrong path and a question without a rule, each as a real endpoint would', async () => {
    assert.equal((await post(asked('hello', true), 'other')).status, 401);
    assert.equal((await post({}, 'k', '/models')).status, 404);
    const none = await post(asked('what?', true));
    assert.equal(none.status, 500);
    assert.match(await none.text(), /no rule for: what\?/);
  });
});
