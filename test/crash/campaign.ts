import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClient } from '../../client/client.ts';
import { type Hole, holes } from '../../engine/connectors/hole.ts';
import { digestOf } from '../../engine/local/digest.ts';
import { verifyAll } from '../../engine/local/journal/chain.ts';
import { expected, sampleRuns } from './sample-runs.ts';
import { alive, fragileEngineFile, read, Scene, until } from './support.ts';

export interface CampaignReport {
  readonly kills: number;
  /** By the named hole that it died in, and `instant` for any other moment. */
  readonly by: Readonly<Record<string, number>>;
  readonly runs: number;
  readonly steps: number;
  readonly asked: number;
  readonly events: number;
}

/** Runs that are under way at any time. */
const atOnce = 5;

/**
 * Starts runs and kills the engine that has them, over and over; then lets all of them end and checks what was promised:
 * no run lost, no finished step run twice, no unknown outcome decided without a person, every chain of the journal whole.
 * `seed` decides where it is killed; what happens until then is the machine's affair.
 */
export async function campaign(options: { kills: number; seed: number; say?(text: string): void }): Promise<CampaignReport> {
  const random = generator(options.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const posted: string[] = [];
  const server = createServer((request, response) => {
    posted.push(`${request.headers['x-run']} post`);
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using scene = new Scene(fragileEngineFile);
  const files = Object.entries(sampleRuns((server.address() as AddressInfo).port)).map(([name, text]) =>
    scene.write(`${name}.runbook.yaml`, text),
  );
  const accepted = new Set<string>();
  const by: Record<string, number> = {};
  let asked = 0;
  let migrations = 0;
  let previous: Hole | undefined;

  const effects = () => [...read(join(scene.workspace, 'effects')).split('\n').filter(Boolean), ...posted];
  /** As a person would who looks at what is there. */
  const attend = async (client: EngineClient) => {
    for (const { kind, run, step, digest } of await client.approvals()) {
      if (kind === 'approval') await client.approve(run, { step, digest, via: 'api' });
      else {
        asked++;
        await client.answer(run, { step, answer: effects().includes(`${run} ${step}`) ? 'succeeded' : 'repeat', via: 'api' });
      }
    }
  };
  const unfinished = async (client: EngineClient) => {
    const list = await client.list({ limit: 1000 });
    return list.filter(({ finishedAt }) => finishedAt === undefined).length;
  };

  for (let kills = 0; kills < options.kills; kills++) {
    // A death during recovery is worth more when there is something to recover; twice in a row shows nothing new.
    const wanted: Hole | 'instant' = random() < 0.4 ? 'instant' : pick(holes.filter((hole) => hole !== previous));
    if (wanted === 'during-migration') migrations++;
    scene.env = { RUNWRIGHT_TEST_MIGRATIONS: String(migrations) };
    const env: Record<string, string> = {
      ...(wanted === 'instant'
        ? {}
        : { RUNWRIGHT_TEST_HOLE: `${wanted}:${1 + Math.floor(random() * (wanted === 'during-migration' ? 1 : 12))}` }),
    };
    let died = false;
    try {
      const client = await scene.client('person', env);
      const { pid } = client.health;
      const end = performance.now() + 40 + random() * 700;
      await client.setTrust(scene.workspace, true);
      while (alive(pid) && performance.now() < end) {
        if ((await unfinished(client)) < atOnce) accepted.add((await client.start({ file: pick(files), via: 'api' })).id);
        await attend(client);
        await sleep(random() * 30);
      }
      died = !alive(pid);
    } catch {
      // The engine died while it was asked, or before it answered: what it had accepted is in the set.
      died = true;
    }
    await scene.killed();
    const how = died && wanted !== 'instant' ? wanted : 'instant';
    by[how] = (by[how] ?? 0) + 1;
    previous = wanted === 'instant' ? undefined : wanted;
    if ((kills + 1) % 50 === 0) options.say?.(`${kills + 1} kills, ${accepted.size} runs`);
  }

  const client = await scene.client();
  for (const stop = Date.now() + 60_000; (await unfinished(client)) > 0; await sleep(50)) {
    assert.ok(Date.now() < stop, `after a minute ${await unfinished(client)} runs have not ended`);
    await attend(client);
  }
  const { pid } = client.health;
  await client.shutdown();
  client.close();
  await until(() => !alive(pid));
  server.close();
  return { kills: options.kills, by, asked, ...checkAll(scene.state, accepted, effects()) };
}

/** Reads the journal itself: thousands of questions a minute are more than an engine answers one client. */
export function checkAll(
  state: string,
  accepted: ReadonlySet<string>,
  effects: readonly string[],
): { runs: number; steps: number; events: number } {
  const counts = new Map<string, number>();
  for (const line of effects) counts.set(line, (counts.get(line) ?? 0) + 1);
  const db = new DatabaseSync(join(state, 'journal.db'), { readOnly: true });
  const rows = db.prepare('SELECT id, runbook, status FROM runs').all();
  const found = new Map(rows.map(({ id, runbook, status }) => [String(id), { runbook: String(runbook), status: String(status) }]));
  for (const id of accepted) assert.ok(found.has(id), `the run ${id} is lost`);
  let steps = 0;
  for (const [id, { runbook, status }] of found) {
    const promise = expected[runbook];
    assert.equal(status, promise?.status, `run ${id} of ${runbook}`);
    for (const step of promise?.once ?? []) {
      steps++;
      assert.equal(counts.get(`${id} ${step}`), 1, `effects of ${runbook} ${id} ${step}`);
    }
    const story = db.prepare('SELECT seq, kind, payload FROM events WHERE run = ? ORDER BY seq').all(id);
    checkStory(
      story.map(({ seq, kind, payload }) => {
        const { path } = JSON.parse(String(payload)) as { path?: string };
        return { run: id, seq: Number(seq), type: String(kind), ...(path === undefined ? {} : { step: path }) };
      }),
    );
  }
  for (const [line, count] of counts) assert.equal(count, 1, `effects of ${line}`);
  const { damages, events } = verifyAll(db, (json) => digestOf(JSON.parse(json)));
  db.close();
  assert.deepEqual(damages, []);
  return { runs: found.size, steps, events };
}

interface Told {
  readonly run: string;
  readonly seq: number;
  readonly type: string;
  readonly step?: string;
}

/** Events of one run: numbered without gaps, and a step begins again only after it failed or a person said so. */
function checkStory(events: readonly Told[]): void {
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  );
  const last = new Map<string, string>();
  for (const { type, step, run } of events) {
    if (step === undefined) continue;
    const before = last.get(step);
    const where = `${run} ${step}: ${type} after ${before}`;
    if (type === 'step-started')
      assert.ok(before === undefined || ['step-failed', 'approval-granted', 'unknown-answered'].includes(before), where);
    if (before === 'step-unknown') assert.equal(type, 'unknown-answered', where);
    if (type === 'step-succeeded') assert.equal(before, 'step-started', where);
    last.set(step, type);
  }
}

/** A linear congruential generator: the same seed, the same numbers. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
