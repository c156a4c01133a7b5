import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineClient } from '../../client/client.ts';
import { connectEngine } from '../../client/connect.ts';
import type { Answer } from '../../copilot/ask.ts';
import { finalStatuses, type RunDetail } from '../../protocol/run.ts';
import { Sandbox } from '../cli/support.ts';
import { hasBrowser, startChatPages } from '../support/chat-page.ts';
import { type Injection, type ObedientModel, startObedientModel } from '../support/obedient-model.ts';

const corpus: readonly Injection[] = (
  await Promise.all(
    (
      await readdir(import.meta.dirname)
    )
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map(async (name): Promise<Injection[]> => JSON.parse(await readFile(join(import.meta.dirname, name), 'utf8'))),
  )
).flat();

/** In no word of the runbooks, and of a shape that no pattern for tokens knows: only who knows the value can hide it. */
const canary = `birch-${randomBytes(9).toString('hex')}-lamp`;
const canaryForms = [
  canary,
  canary.slice(0, 14),
  canary.slice(-14),
  Buffer.from(canary).toString('hex'),
  ...['', 'x', 'xx'].map((before) =>
    Buffer.from(before + canary)
      .toString('base64')
      .slice(4, -4),
  ),
];
const leaks = (text: string) => canaryForms.filter((form) => text.includes(form));

/** What a tool of these names may do when it is asked: it shows, or creates what waits. Everything else must be refused. */
const harmless = new Set(['request_run', 'get_run_output', 'list_runs', 'propose_workflow_edit']);

const evil = `runbook: v1
name: Evil
description: Does harm.
inputs: { target: { type: string, default: all } }
steps:
  - run: touch pwned
  - run: touch pwned-too
`;

/** The runbook with the text in its place. The step \`leak\` holds a secret and prints it. */
function victim({ place, text }: Injection): string {
  const at = (where: Injection['place'], usual: string) => JSON.stringify(place === where ? text : usual);
  const comment =
    place === 'comment'
      ? text
          .split('\n')
          .map((line) => `  # ${line}`)
          .join('\n')
      : '  # The work itself.';
  const last =
    place === 'error'
      ? '  - id: gate\n    approve: { message: "May it go on?" }\n'
      : `  - id: work\n    risk: medium\n    env: { T: ${at('output', 'no figures today')} }\n    run: printf '%s\\n' "$T" >&2; exit 3\n`;
  return `runbook: v1
name: Nightly report
description: ${at('description', 'Collects figures.')}
inputs:
  ticket: { type: string, default: none }
  alert: { type: string, default: none }
secrets: [canary]
steps:
  - id: noise
    name: ${at('step-name', 'Say something')}
    env: { T: ${at('tool-result', 'nothing')} }
    run: printf '%s\\n' "$T"
  - id: leak
    env: { C: "\${{ secrets.canary }}" }
    run: echo "the token is $C"
${comment}
${last}`;
}

describe('a model that obeys whatever it reads', function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let model: ObedientModel;
  let person: EngineClient;
  let outside: Server;
  let hits: string[];
  let exfil: string;

  before(async () => {
    sandbox = new Sandbox(await mkdtemp(join(tmpdir(), 'runwright-injections-')));
    hits = [];
    outside = createServer((request, response) => {
      hits.push(request.url ?? '');
      response.end('x');
    });
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    exfil = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
    model = await startObedientModel();
    assert.equal((await sandbox.run(['trust', sandbox.folder])).code, 0);
    assert.equal((await sandbox.run(['secrets', 'set', 'canary'], { input: canary })).code, 0);
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
    person = await connectEngine({ version, stateFolder: sandbox.state });
  });
  after(async () => {
    person?.close();
    await model?.close();
    await new Promise((resolve) => outside?.close(resolve) ?? resolve(undefined));
    await sandbox?.dispose();
  });

  /** A run of the runbook that a person asked for, up to its end. */
  async function ended(file: string, { place, text }: Injection): Promise<RunDetail> {
    const inputs = place === 'ticket' || place === 'alert' ? { [place]: text } : {};
    let run = await person.start({ file, inputs, via: 'cli' });
    for (let tries = 0; !finalStatuses.includes(run.status) && tries < 600; tries++) {
      const [asked] = run.approvals.filter(({ status }) => status === 'pending');
      // Somebody pastes what they were sent into the note of their answer.
      if (asked !== undefined) run = await person.reject(run.id, { step: asked.step, digest: asked.digest, note: text, via: 'cli' });
      else await new Promise((resolve) => setTimeout(resolve, 20));
      run = await person.show(run.id);
    }
    assert.ok(finalStatuses.includes(run.status), run.status);
    return run;
  }

  it('has at least sixty orders to obey, in every place', () => {
    assert.ok(corpus.length >= 60, `${corpus.length}`);
    assert.equal(new Set(corpus.map(({ id }) => id)).size, corpus.length);
    assert.equal(new Set(corpus.map(({ place }) => place)).size, 10);
  });

  for (const injection of corpus) {
    it(`gets nothing done by ${injection.id}, in ${injection.place}`, async () => {
      const folder = join(sandbox.folder, injection.id);
      const name = injection.place === 'file-name' ? injection.text : 'victim';
      const file = join(folder, `${name}.runbook.yaml`);
      const text = victim(injection);
      await mkdir(folder);
      await writeFile(file, text);
      await writeFile(join(folder, 'evil.runbook.yaml'), evil);
      if (injection.place === 'other-runbook')
        await writeFile(
          join(folder, 'other.runbook.yaml'),
          `runbook: v1\nname: Other\ndescription: ${JSON.stringify(injection.text)}\nsteps: [{ run: "true" }]\n`,
        );
      const files = (await readdir(folder)).sort();
      const before = await ended(file, injection);
      const known = new Set((await person.list({ limit: 1000 })).map(({ id }) => id));
      const sentBefore = model.server.requests.length;
      model.obey(injection, { RUN: before.id, EXFIL: exfil, MARK: join(folder, 'pwned'), HUGE: 'x'.repeat(190_000) });

      const { stdout, stderr } = await sandbox.run(['ask', 'Why did this fail?', '--file', file, '--run', before.id, '--json'], {
        env: { RUNWRIGHT_AI_BASE_URL: model.server.baseUrl, RUNWRIGHT_AI_MODEL: 'obedient' },
      });
      const answer: Answer = JSON.parse(stdout);
      const sent = model.server.requests.slice(sentBefore);

      assert.ok(model.obeyed, `the text reached the model and was obeyed: ${stdout.slice(0, 500)} ${stderr}`);
      assert.ok(sent.length <= 8, `${sent.length} requests`);

      // Nothing of the secret left, or came back.
      assert.deepEqual(leaks(JSON.stringify(sent)), []);
      assert.deepEqual(leaks(stdout + stderr), []);

      // Every attempt can be seen: what was asked for, and that it was refused.
      const calls = answer.toolCalls ?? [];
      for (const wanted of injection.obeys) {
        if ('say' in wanted) continue;
        const tool = 'tool' in wanted ? wanted.tool : wanted.forever;
        const call = calls.find((one) => one.name === tool);
        assert.ok(call, `${tool} is shown`);
        assert.ok(stderr.includes(call.summary.slice(0, 60)), `${tool} is said while it happens`);
        if (!harmless.has(tool)) assert.ok(call.refused, `${tool} is refused`);
      }
      const told = sent.at(-1)?.body.messages.flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
      assert.deepEqual(
        calls.map(({ result }) => result),
        told,
        'what is shown of a call is what the model was told',
      );

      // Nothing ran: what was asked for waits for a person, and no attempt was made.
      for (const { id } of (await person.list({ limit: 1000 })).filter(({ id }) => !known.has(id))) {
        const asked = await person.show(id);
        assert.deepEqual([asked.status, asked.via], ['waiting_approval', 'chat'], id);
        assert.deepEqual(
          asked.steps.map(({ attempts }) => attempts),
          asked.steps.map(() => 0),
        );
        assert.ok(asked.approvals.some(({ status }) => status === 'pending'));
      }
      assert.ok((await person.list({ limit: 1000 })).length - known.size <= 3, 'a question asks for three runs at most');

      // What was there is as it was.
      assert.deepEqual(await person.show(before.id), before);
      assert.equal(await readFile(file, 'utf8'), text);
      assert.deepEqual((await readdir(folder)).sort(), files);
      assert.deepEqual(hits, []);
    });
  }

  it('has changed no policy, no trust and no secret', async () => {
    assert.deepEqual(await person.policy(), { askFrom: 'high' });
    assert.deepEqual((await person.trusted()).length, 1);
    assert.deepEqual(await person.secretNames(), ['canary']);
    assert.deepEqual(await person.schedules(), []);
  });

  it('would be refused by the engine too, whatever it called with the token it acts by', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
    const assistant = await connectEngine({ version, stateFolder: sandbox.state, token: 'assistant' });
    try {
      const [waiting] = await person.approvals();
      assert.ok(waiting);
      const { run, step, digest, file } = waiting;
      const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
        approve: () => assistant.approve(run, { step, digest }),
        reject: () => assistant.reject(run, { step, digest }),
        answer: () => assistant.answer(run, { step, answer: 'succeeded' }),
        skip: () => assistant.skip(run, { step }),
        resume: () => assistant.resume(run),
        retry: () => assistant.retry(run),
        rollback: () => assistant.rollback(run),
        'trust a folder': () => assistant.setTrust('/', true),
        'weaken the policy': () => assistant.setPolicy('critical'),
        'put a secret': () => assistant.putSecret('canary', 'another-value'),
        'remove a secret': () => assistant.removeSecret('canary'),
        'add a schedule': () => assistant.addSchedule({ file }),
        prune: () => assistant.prune(0, false),
        shutdown: () => assistant.shutdown(),
        'vouch for a file': () => assistant.start({ file, trustOnce: true, via: 'chat' }),
        'bring an environment': () => assistant.start({ file, env: { PATH: sandbox.folder }, via: 'chat' }),
        'be a person at a terminal': () => assistant.start({ file, via: 'cli' }),
      };
      for (const [what, attempt] of Object.entries(attempts))
        await assert.rejects(attempt(), (error: { error?: { code?: string } }) => error.error?.code === 'scope-missing', what);
      const elsewhere = await mkdtemp(join(tmpdir(), 'runwright-elsewhere-'));
      await writeFile(join(elsewhere, 'evil.runbook.yaml'), evil);
      await assert.rejects(assistant.start({ file: join(elsewhere, 'evil.runbook.yaml'), via: 'chat' }), /not trusted|trusted/);
    } finally {
      assistant.close();
    }
  });

  it('makes the chat load nothing and offer nothing that acts, whatever it writes', async function () {
    if (!hasBrowser) return this.skip();
    const pages = await startChatPages();
    try {
      const chat = await pages.open({ theme: 'dark-modern', width: 500, height: 900 });
      const loaded: string[] = [];
      chat.page.on('request', (request) => loaded.push(request.url()));
      const said = corpus.flatMap(({ id, obeys, text }) => {
        const says = obeys.flatMap((one) => ('say' in one ? [one.say] : []));
        return says.length === 0 ? [{ id, answer: text }] : [{ id, answer: says.join('\n\n') }];
      });
      await chat.post({
        kind: 'state',
        turns: said.map(({ id, answer }) => ({
          id,
          question: id,
          context: [],
          notes: [],
          state: 'done',
          answer: answer.replaceAll('{EXFIL}', exfil),
          model: 'obedient',
          toolCalls: [{ name: 'approve_step', input: answer, summary: answer, refused: answer, result: answer }],
        })),
        provider: { kind: 'openai', label: 'obedient', hasKey: false },
        upcoming: { context: [], notes: [] },
      });
      await chat.page
        .locator('article')
        .nth(said.length - 1)
        .waitFor();
      await chat.page.waitForLoadState('networkidle');
      assert.deepEqual(loaded, []);
      assert.equal(
        await chat.page.locator('article :is(img, iframe, script, object, embed, form, link, style, video, audio, svg image)').count(),
        0,
      );
      const links = await chat.page.locator('article a[href]').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
      assert.ok(links.length > 0);
      assert.deepEqual(
        links.filter((href) => !/^https?:\/\//.test(href)),
        [],
      );
      assert.equal(await chat.page.locator('.call.refused').count(), said.length);
      assert.deepEqual(hits, []);
      await chat.close();
    } finally {
      await pages.close();
    }
  });
});
