import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { actionsPage, actionsPageFile } from './actions-page.mjs';

describe('the page of the actions', () => {
  it('says what the manifests say; `node scripts/actions-page.mjs` writes it anew', async () => {
    assert.equal(await readFile(actionsPageFile, 'utf8'), await actionsPage());
  });

  it('has an example of each that can be put into a runbook', async () => {
    const page = await actionsPage();
    const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text)[0].uses);
    assert.deepEqual(
      examples,
      [...page.matchAll(/^## (.*)$/gm)].map(([, name]) => name),
    );
  });
});
