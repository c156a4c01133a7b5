import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Workbench } from '../support/workbench.ts';

const fleet = `runbook: v1
name: Update the fleet
inputs:
  hosts: { type: list, default: [web-1, web-2, web-3], description: Which hosts }
steps:
  - id: checks
    name: Look at both ends
    parallel:
      - id: north
        run: until [ -f looked.txt ]; do echo "north says yes"; sleep 0.3; done
      - id: south
        run: until [ -f looked.txt ]; do echo "south says yes"; sleep 0.3; done
  - id: each
    name: Update every host
    for-each: inputs.hosts
    as: host
    max-parallel: 3
    steps:
      - id: update
        name: Update the host
        approve: { message: "Update \${{ host }}?" }
        env: { HOST: "\${{ host }}" }
        run: |
          [ "$HOST" != web-2 ] || [ -f repaired.txt ]
          echo "updated $HOST" | tee -a updated.txt
  - id: report
    name: Report
    call: ./report.runbook.yaml
    with: { text: all are updated }
`;
const report = `runbook: v1
name: Report
inputs:
  text: { type: string, required: true }
steps:
  - id: write
    name: Write it down
    env: { TEXT: "\${{ inputs.text }}" }
    run: echo "$TEXT" > report.txt
`;
const pausable = `runbook: v1
name: Move the data
steps:
  - id: copy
    run: |
      touch copying.txt
      until [ -f copied.txt ]; do sleep 0.1; done
  - id: optional
    name: Count the rows
    run: touch counted.txt
  - id: remove
    run: touch removed.txt
`;
const breakable = `runbook: v1
name: Switch over
steps:
  - id: drain
    name: Drain the old site
    run: touch drained.txt
    undo: { name: Fill it again, run: rm drained.txt }
  - id: point
    name: Point the traffic at the new site
    run: touch pointed.txt
    undo: { name: Point it back, run: rm pointed.txt }
  - id: verify-it
    name: Look whether it works
    run: exit 4
`;

const many = `runbook: v1
name: Count to a thousand
inputs:
  numbers: { type: list, default: ${JSON.stringify(Array.from({ length: 1000 }, (_, at) => at + 1))} }
steps:
  - id: each
    name: Every number
    for-each: inputs.numbers
    as: number
    max-parallel: 20
    steps:
      - id: one
        set: { double: "\${{ format('{0}{0}', number) }}" }
`;

// One window from start to end: each test leaves it as the next one needs it.
describe('runs in a real VS Code', function () {
  this.timeout(180_000);
  let workbench: Workbench;
  const file = (name: string) => join(workbench.workspace, name);

  before(async () => {
    workbench = await Workbench.open({
      viewport: { width: 1500, height: 1000 },
      files: {
        'fleet.runbook.yaml': fleet,
        'report.runbook.yaml': report,
        'pausable.runbook.yaml': pausable,
        'breakable.runbook.yaml': breakable,
        'many.runbook.yaml': many,
      },
    });
    await workbench.openViews();
  });
  after(async () => workbench?.close('runs'));
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench?.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`);
  });

  const line = (text: string | RegExp) => workbench.rows('Runs').filter({ hasText: text }).first();
  /** By the row's context menu, as a person finds what there is. */
  async function choose(text: string | RegExp, item: string): Promise<void> {
    await line(text).click({ button: 'right' });
    const entry = workbench.page.locator('.context-view .action-item', { hasText: item }).first();
    await entry.waitFor();
    // A menu takes no click just after it has opened.
    for (const deadline = Date.now() + 20_000; (await entry.isVisible()) && Date.now() < deadline; ) {
      await entry.click({ timeout: 2000 }).catch(() => undefined);
      await entry.waitFor({ state: 'hidden', timeout: 1000 }).catch(() => undefined);
    }
  }
  async function approveAll(count: number): Promise<void> {
    const waiting = workbench.rows('Approvals').filter({ hasText: 'Update the host' });
    for (let left = count; left > 0; left--) {
      await workbench.page.waitForFunction(
        ([count]) =>
          [...document.querySelectorAll('.pane')]
            .filter((pane) => pane.querySelector('.pane-header')?.textContent?.startsWith('Approvals'))
            .flatMap((pane) => [...pane.querySelectorAll('.monaco-list-row')]).length === count,
        [left] as const,
      );
      await waiting.first().hover();
      await waiting.first().locator('.action-label[aria-label^="Approve"]').click();
    }
  }

  it('what stands in blocks, loops and called runbooks is shown inside them, with the question of each item; lines of steps that run at the same time stay apart', async () => {
    await workbench.openFile('fleet.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.answer('Which hosts', 'web-1, web-2, web-3');
    await workbench.terminal.filter({ hasText: 'north │ north says yes' }).filter({ hasText: 'south │ south says yes' }).waitFor();
    writeFileSync(file('looked.txt'), '');
    await workbench.run('Update the fleet', 'waits for 3 approvals');
    await line(/^Item 3/).waitFor();
    const levels = await workbench
      .rows('Runs')
      .evaluateAll((rows) => rows.map((row) => `${row.getAttribute('aria-level')} ${row.getAttribute('aria-label')}`));
    const has = (start: string) =>
      assert.ok(
        levels.some((one) => one.startsWith(start)),
        `${start} is not in ${levels.join('\n')}`,
      );
    has('1 Run of Update the fleet, waits for 3 approvals');
    has('2 Step Look at both ends');
    has('2 Step Update every host, running');
    has('3 Item 1, waits for approval');
    has('4 Step each[0] › Update the host, Update web-1?, waits for approval');
    await workbench.screenshot('dark-runs-waiting');
  });

  it('one item fails; its retry alone asks again and completes the run, the others do not run twice', async () => {
    await approveAll(3);
    await workbench.run('Update the fleet', 'failed');
    await line(/Item 2: web-2/).waitFor();
    await workbench.inThemes('runs-failed');
    writeFileSync(file('repaired.txt'), '');
    await choose('Update the fleet', 'Retry Failed Items');
    await approveAll(1);
    await workbench.run('Update the fleet', 'completed');
    await workbench.terminal.filter({ hasText: 'each[1]/update (attempt 2)' }).filter({ hasText: 'The run completed' }).waitFor();
    assert.equal(readFileSync(file('report.txt'), 'utf8'), 'all are updated\n');
    const updated = readFileSync(file('updated.txt'), 'utf8').trim().split('\n').sort();
    assert.deepEqual(updated, ['updated web-1', 'updated web-2', 'updated web-3']);
    await workbench.openFile('report.runbook.yaml');
    await workbench.lineStatus('id: write', 'succeeded');
    await workbench.inThemes('runs-completed');
  });

  it('a pause lets the step at hand end and starts none; a step is skipped; the run goes on when it is told to', async () => {
    await workbench.openFile('pausable.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.lineStatus('id: copy', 'running');
    const row = await workbench.run('Move the data', 'running');
    await row.hover();
    await row.locator('.action-label[aria-label^="Pause Run"]').click();
    await workbench.run('Move the data', /paused by .+ at/);
    writeFileSync(file('copied.txt'), '');
    await workbench.lineStatus('id: copy', 'succeeded');
    await choose('Count the rows', 'Skip Step');
    await workbench.dialog.filter({ hasText: 'It does not run' }).waitFor();
    await workbench.screenshot('dark-skip');
    await workbench.dialog.locator('.monaco-button', { hasText: 'Skip' }).click();
    await workbench.dialog.waitFor({ state: 'detached' });
    await workbench.page.locator('.statusbar', { hasText: 'Skipping optional' }).waitFor();
    assert.ok(!existsSync(file('removed.txt')), 'a step started during the pause');
    await workbench.screenshot('dark-paused');
    await workbench.palette('Runwright: Resume Run');
    await workbench.run('Move the data', 'completed');
    assert.ok(existsSync(file('removed.txt')));
    assert.ok(!existsSync(file('counted.txt')), 'the skipped step has run');
  });

  it('a rollback shows what it would undo, and undoes it when that is confirmed', async () => {
    const { page } = workbench;
    await workbench.openFile('breakable.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.run('Switch over', 'failed');
    const ask = async () => {
      await choose('Switch over', 'Roll Back Run');
      await workbench.dialog.waitFor();
    };
    await ask();
    const text = await workbench.dialog.innerText();
    assert.match(text, /Undo Point the traffic at the new site by Point it back \(risk \w+\)\s+rm pointed\.txt/);
    assert.ok(text.indexOf('Point it back') < text.indexOf('Fill it again'), 'not in the order of the rollback');
    await workbench.screenshot('dark-rollback');
    // An Enter too many opens the list, and undoes nothing.
    await page.keyboard.press('Enter');
    await workbench.dialog.waitFor({ state: 'detached' });
    await page.locator('.tab.active', { hasText: 'Rollback' }).waitFor();
    assert.ok(existsSync(file('pointed.txt')));
    await ask();
    await workbench.dialog.locator('.monaco-button', { hasText: 'Roll Back' }).click();
    await workbench.run('Switch over', 'failed in');
    const row = await workbench.run('Switch over', 'rolled back');
    // A click on it, for its menu, may have folded it.
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.click();
    await line(/^Rollback/).waitFor();
    assert.ok(!existsSync(file('pointed.txt')) && !existsSync(file('drained.txt')));
    await workbench.inThemes('runs-rolled-back');
  });

  it('a loop over a thousand items comes by the hundred', async () => {
    await workbench.openFile('many.runbook.yaml');
    await workbench.palette('Runwright: Run Runbook');
    await workbench.answer('Value of numbers');
    await (await workbench.run('Count to a thousand', 'completed')).click();
    await line('Every number').waitFor();
    // By the keyboard: to the loop, into it, and into its last hundred.
    const { keyboard } = workbench.page;
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowRight');
    await line(/^Items 1–100/).waitFor();
    for (let down = 0; down < 10; down++) await keyboard.press('ArrowDown');
    await keyboard.press('ArrowRight');
    await line(/^Item 901: 901/).waitFor();
    await line('Every number').filter({ hasText: '1000 succeeded' }).waitFor();
    await workbench.lineStatus('id: one', '1000 of 1000 succeeded');
    await workbench.screenshot('dark-runs-many');
  });
});
