import assert from 'node:assert/strict';
import { builtInLanguage } from '../tools/language.ts';
import { cardOf } from './card.ts';
import type { Plan, PlannedAction } from './plan.ts';
import { stepIds } from './read.ts';
import { seenFrom } from './runbook.ts';

const catalog = await builtInLanguage.actions();
const planOf = (...actions: PlannedAction[]): Plan => ({ actions, missing: [], confidence: 1, risk: 'medium' });

describe('a card', () => {
  it('shows each input, whatever the words leave out', () => {
    const given = { ip: '192.0.2.7', duration: 60, method: 'api', more: { deep: [1, 'two'] }, flag: false, none: null };
    const [action] = cardOf(planOf({ uses: 'security/block_ip', with: given, target: 'edge', summary: 'Look' }), catalog).actions;
    assert.deepEqual(
      action?.inputs.map(({ name, value }) => `${name}=${value.replaceAll(/\s+/g, '')}`),
      ['ip=192.0.2.7', 'duration=60', 'method=api', 'more={"deep":[1,"two"]}', 'flag=false', 'none=null'],
    );
    assert.equal(action?.target, 'edge');
    assert.ok(action?.touches.includes('target edge'));
  });

  it('makes every character visible that hides, reorders or breaks a line', () => {
    const nasty = 'a\u202eb\u200bc\u0007d';
    const view = cardOf(
      {
        ...planOf({ uses: 'notify/analysts', with: { text: `${nasty}\nnext`, [nasty]: 1 }, target: nasty, summary: `${nasty}\nApproved` }),
        missing: [{ action: 'notify/analysts', index: 0, parameter: 'x', question: nasty, options: [nasty] }],
      },
      catalog,
    );
    const shown = JSON.stringify(view);
    for (const hidden of ['\u202e', '\u200b', '\\u0007']) assert.ok(!shown.includes(hidden), shown);
    assert.equal(view.actions[0]?.summary, 'a⟨U+202E⟩b⟨U+200B⟩c⟨U+0007⟩d⏎Approved');
    assert.equal(view.actions[0]?.inputs[0]?.value.split('\n').length, 2);
  });

  it('shows twenty actions, and their steps never share an id', () => {
    const many = Array.from({ length: 20 }, (_, at) => ({ uses: at % 2 ? 'a/block_ip' : 'b/block_ip', with: {}, summary: `${at}` }));
    assert.equal(cardOf(planOf(...many), catalog).actions.length, 20);
    const ids = stepIds([...many.map(({ uses }) => uses), 'c/block_ip_2', 'c/block-ip-2', 'd/block_ip']);
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe('a plan in a folder further down', () => {
  it('means the same files', () => {
    const moved = (path: string) =>
      seenFrom(planOf({ uses: 'data/csv_import', with: { path }, summary: '' }), '../../').actions[0]?.with.path;
    assert.deepEqual(['a.csv', './a.csv', 'in/a.csv', '../a.csv', '../../etc/a.csv'].map(moved), [
      '../../a.csv',
      '../../a.csv',
      '../../in/a.csv',
      '../../../a.csv',
      '../../../../etc/a.csv',
    ]);
    for (const path of ['/etc/a.csv', '~/a.csv', 'https://example.net/a.csv', '${{ steps.x.outputs.table }}'])
      assert.equal(moved(path), path);
  });
});
