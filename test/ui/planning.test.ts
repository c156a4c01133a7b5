import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../support/workbench.ts';

const release = `runbook: v1
name: Release
inputs:
  version: { required: true, description: Which version }
targets:
  shop: { type: ssh, host: 192.0.2.10, user: deploy }
secrets: [TOKEN]
steps:
  - id: build
    name: Build it
    run: |
      make VERSION="$VERSION"
      echo "image=shop:$VERSION" >> "$RUNWRIGHT_OUTPUT"
    env: { VERSION: "\${{ inputs.version }}" }
  - id: hosts
    name: Every host
    for-each: fromJSON('["web-1","web-2"]')
    as: host
    steps:
      - id: put
        name: Put it there
        target: shop
        env: { IMAGE: "\${{ steps.build.outputs.image }}", HOST: "\${{ host }}", TOKEN: "\${{ secrets.TOKEN }}" }
        run: ./put.sh "$HOST" "$IMAGE"
        undo: { run: ./take-back.sh }
  - id: old
    name: Remove the old ones
    run: rm -rf /srv/shop/old
  - id: note
    uses: http/request
    with: { url: "https://192.0.2.20/releases", method: POST, body: "\${{ inputs.version }}" }
    if: inputs.version != 'draft'
`;
const moving = `runbook: v1
name: Move the shop
steps:
  - id: copy
    run: until [ -f copied.txt ]; do sleep 0.1; done
  - id: switch
    run: echo one > switched.txt
`;
const sealed = `runbook: v1
name: Tell the partner
secrets: [PARTNER]
steps:
  - id: before
    run: touch before.txt
  - id: tell
    name: Tell them
    env: { PARTNER: "\${{ secrets.PARTNER }}" }
    run: printf %s "$PARTNER" | wc -c > told.txt
`;

// One window from start to end: each test leaves it as the next one needs it.
describe('looking ahead, changing course and a locked store, in a real VS Code', function () {
  this.timeout(180_000);
  let workbench: Workbench;
  const file = (name: string) => join(workbench.workspace, name);

  before(async () => {
    workbench = await Workbench.open({
      viewport: { width: 1500, height: 1000 },
      files: { 'release.runbook.yaml': release, 'moving.runbook.yaml': moving, 'sealed.runbook.yaml': sealed },
    });
    await workbench.openViews();
  });
  after(async () => workbench?.close('planning'));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  it('a dry run is a document that says of each step what it would do', async () => {
    await workbench.openFile('release.runbook.yaml');
    await workbench.palette('Runwright: Dry Run');
    await workbench.answer('Which version', '2.1');
    await workbench.page.locator('.tab.active', { hasText: 'Dry run of Release' }).waitFor();
    await workbench.editor.filter({ hasText: 'Put it there' }).waitFor();
    await workbench.inThemes('dry-run');
    assert.ok(!existsSync(join(workbench.state, 'runs')) || (await workbench.rows('Runs').filter({ hasText: 'Release' }).count()) === 0);
  });

  it('a paused run takes the runbook as it was edited, and goes on with it', async () => {
    const { page } = workbench;
    await workbench.openFile('moving.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('id: copy', 'running');
    const row = await workbench.run('Move the shop', 'running');
    await row.hover();
    await row.locator('.action-label[aria-label^="Pause Run"]').click();
    await workbench.run('Move the shop', /paused by .+ at/);
    // As a person does: in the editor, and without saving first.
    await workbench.goToLine(7, 5);
    await page.keyboard.press('End');
    await page.keyboard.type('.new');
    await workbench.palette('Runwright: Apply Edited Runbook');
    await page.locator('.statusbar', { hasText: 'The run has the edited runbook' }).waitFor();
    await workbench.screenshot('dark-edited');
    writeFileSync(file('copied.txt'), '');
    await workbench.lineStatus('id: copy', 'succeeded');
    await workbench.palette('Runwright: Resume Run');
    await workbench.run('Move the shop', 'completed');
    assert.equal(readFileSync(file('switched.txt.new'), 'utf8'), 'one\n');
    assert.ok(!existsSync(file('switched.txt')), 'the step ran as it was before');
    await workbench.inThemes('edited-completed');
  });

  it('a run that a locked store holds up goes on when VS Code hands over the key, which it keeps from then on', async () => {
    const { page, state } = workbench;
    await workbench.openFile('sealed.runbook.yaml');
    await workbench.palette('Runwright: Set Secret');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'PARTNER' }).first().click();
    await workbench.answer('Set Secret PARTNER', 'a-long-word-for-partners');
    await page.locator('.statusbar', { hasText: 'Stored the secret PARTNER' }).waitFor();
    renameSync(join(state, 'secrets.key'), join(workbench.folder, 'kept.key'));
    const pid = workbench.enginePid();
    await workbench.palette('Runwright: Restart Engine');
    await workbench.anotherEngine(pid);
    await workbench.palette('Runwright: Run Runbook');
    await workbench.run('Tell the partner', 'paused');
    // The terminal says what it waits for, too.
    await workbench.terminal.filter({ hasText: '‖ waits: The secret store cannot be opened' }).waitFor();
    await workbench.inThemes('held');
    assert.ok(!existsSync(file('told.txt')), 'it ran without its secret');
    renameSync(join(workbench.folder, 'kept.key'), join(state, 'secrets.key'));
    await workbench.palette('Preferences: Open Settings (UI)');
    await page.locator('.settings-header .monaco-editor').click();
    await page.keyboard.type('runwright.secrets.keyInVSCode');
    await workbench.screenshot('dark-key-search');
    const box = page.locator('.setting-item-bool', { hasText: 'VS Code keeps the key' }).first();
    await box.waitFor();
    await workbench.screenshot('dark-key-setting');
    await box.locator('.setting-value-checkbox').click();
    await workbench.run('Tell the partner', 'completed');
    assert.equal(readFileSync(file('told.txt'), 'utf8').trim(), '24');
    assert.ok(!existsSync(join(state, 'secrets.key')), 'the key lies in the state folder still');
    await workbench.screenshot('dark-key-handed-over');
  });
});
