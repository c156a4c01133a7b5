import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { analyse } from '../analyse.ts';
import { ownActionsOf } from './own-action.ts';

const head = (name: string) => `action: v1\nname: ${name}\ndescription: Does something.\n`;

describe("an action of one's own", () => {
  const actions = ownActionsOf(
    [
      { file: '/w/a.action.yaml', text: `${head('edge/script')}script: echo\n` },
      { file: '/w/b.action.yaml', text: `${head('edge/steps')}steps:\n  - run: echo\n` },
    ],
    [],
  ).map(({ manifest }) => manifest);

  it('says whether it is made of steps', () => {
    assert.deepEqual(
      actions.map(({ name, madeOf }) => [name, madeOf]),
      [
        ['edge/script', undefined],
        ['edge/steps', 'steps'],
      ],
    );
  });

  it('takes `retry` and `timeout` from the step that uses it only where it is one attempt', () => {
    const found = (name: string) =>
      analyse(`runbook: v1\nname: Uses\nsteps:\n  - uses: ${name}\n    retry: { attempts: 2 }\n    timeout: 1m\n`, {
        actions,
      }).diagnostics.map(({ code }) => code);
    assert.deepEqual([found('edge/script'), found('edge/steps')], [[], ['retry-of-steps', 'retry-of-steps']]);
  });
});
