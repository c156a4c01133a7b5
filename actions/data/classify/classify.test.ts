import assert from 'node:assert/strict';
import type { Json } from '../../../runbook/core/json.ts';
import { type DataTest, dataTest } from '../testing/run.ts';
import { classify } from './classify.ts';

const good = ['minutes of the meeting', 'lunch on friday', 'report for march', 'meeting moved to friday'];
const bad = ['win a free prize', 'free pills online', 'claim your prize now', 'online casino free spins'];
const labelled = Array.from({ length: 100 }, (_, at): Record<string, Json> => {
  const spam = at % 3 === 0;
  return { subject: `${(spam ? bad : good)[at % 4]} ${at}`, links: spam ? 9 + (at % 3) : at % 2, verdict: spam ? 'spam' : 'mail' };
});

describe('data/classify', () => {
  let test: DataTest;
  beforeEach(() => {
    test = dataTest();
  });
  afterEach(() => test.remove());

  const mails = [
    { subject: 'Free prize inside', links: 10 },
    { subject: 'The meeting on Friday', links: 0 },
    { subject: 'invoice', links: 500 },
  ];

  it('takes the first rule that holds, and says by what', async () => {
    const { table, classes } = await test.outputs(classify, {
      table: mails,
      rules: [
        { class: 'odd', when: 'row.links > values.most' },
        { class: 'any', when: 'row.links > 5' },
      ],
      values: { most: 100 },
      otherwise: 'fine',
    });
    assert.deepEqual(
      (await test.rows(table)).map((row) => [row.class, row.class_by]),
      [
        ['any', 'rule'],
        ['fine', 'none'],
        ['odd', 'rule'],
      ],
    );
    assert.equal(Object(classes).length, 3);
  });

  it('learns from labelled rows, and measures itself on others', async () => {
    const outputs = await test.outputs(classify, { table: mails, train: { table: labelled, label: 'verdict' }, as: 'kind' });
    assert.deepEqual(
      (await test.rows(outputs.table)).slice(0, 2).map(({ kind }) => kind),
      ['spam', 'mail'],
    );
    assert.equal(outputs.accuracy, 1);
    assert.ok(Number(outputs.baseline) < 0.9);
    assert.ok(Number(outputs['held-out']) > 10 && Number(outputs['held-out']) < 35);
    assert.deepEqual(Object(outputs.measured)[0].precision, 1);
  });

  it('finds nothing in labels of chance, and says so', async () => {
    const random = labelled.map(
      (row, at): Record<string, Json> => ({
        ...row,
        verdict: (Math.imul(at + 7, 0x85ebca6b) >>> 13) % 2 ? 'a' : 'b',
      }),
    );
    const { error, outputs } = await test.failure(classify, {
      table: mails,
      train: { table: random, label: 'verdict' },
      'minimum-accuracy': 0.9,
    });
    assert.equal(error.code, 'data-accuracy');
    assert.ok(Number(outputs?.accuracy) < 0.8);
  });

  it('says what is missing', async () => {
    const few = await test.failure(classify, { table: mails, train: { table: labelled.slice(0, 5), label: 'verdict' } });
    assert.match(few.error.message, /too little to learn from: 5 rows/);
    const one = await test.failure(classify, {
      table: mails,
      train: { table: labelled.map((row) => ({ ...row, verdict: 'x' })), label: 'verdict' },
    });
    assert.match(one.error.message, /1 classes/);
    const other = await test.failure(classify, { table: [{ a: 1 }], train: { table: labelled, label: 'verdict' } });
    assert.match(other.error.message, /none of the columns learned from/);
    assert.equal((await test.failure(classify, { table: mails })).error.code, 'action-input');
    assert.equal((await test.failure(classify, { table: mails, train: { table: labelled, label: 'none' } })).error.code, 'data-column');
  });
});
