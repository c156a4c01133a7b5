import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { campaign } from './campaign.ts';

describe('a campaign of kills', () => {
  it('fifty at random instants and named holes: nothing lost, nothing twice, nobody passed over', async function () {
    if (process.platform === 'win32') return this.skip();
    this.timeout(300_000);
    const { kills, runs, steps } = await campaign({ kills: 50, seed: 20260131 });
    assert.equal(kills, 50);
    assert.ok(runs >= 10 && steps > runs, `${runs} runs, ${steps} steps`);
  });
});
