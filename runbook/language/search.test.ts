import assert from 'node:assert/strict';
import { builtInActions } from '../actions.ts';
import { analyse } from '../analyse.ts';
import { search } from './search.ts';

const text =
  'runbook: v1\nname: Block an address\ninputs: { host: {} }\nsecrets: [edge_key]\nlabels: [host]\nsteps:\n  - { id: look, name: See the host, run: echo }\n  - { uses: http/request }\nfinally:\n  - { id: tidy, run: rm x }\n';

const cases: readonly (readonly [query: string, expected: readonly string[]])[] = [
  ['', ['Block an address', 'host', 'edge_key', 'look · See the host', '#2 · http/request', 'tidy']],
  ['host', ['host', 'look · See the host']],
  ['lkse', ['look · See the host']],
  ['b an adr', ['Block an address']],
  ['x', []],
  ['.*', []],
];

describe('search', () => {
  for (const [query, expected] of cases) {
    it(JSON.stringify(query), () => {
      const found = search(analyse(text, { actions: builtInActions }), query);
      assert.deepEqual(
        found.map(({ name }) => name),
        expected,
      );
      for (const { kind, within } of found) assert.equal(within, kind === 'runbook' ? undefined : 'Block an address');
    });
  }

  it('points at ids and names', () => {
    const [look] = search(analyse(text, { actions: builtInActions }), 'look');
    assert.equal(text.slice(look?.range.start, look?.range.end), 'look');
  });

  it('finds nothing in what is no runbook', () => {
    for (const bad of ['', '- a', '[}', '\u0000', 'name: [a]']) assert.deepEqual(search(analyse(bad, { actions: builtInActions }), ''), []);
  });
});
