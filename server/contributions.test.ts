import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { semanticTokens } from './features/semantic-tokens.ts';

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', file), 'utf8'));

function* values(node: unknown, key: string): Generator<string> {
  if (node === null || typeof node !== 'object') return;
  for (const [name, value] of Object.entries(node)) {
    if (name === key && typeof value === 'string') yield value;
    else yield* values(value, key);
  }
}

describe('the grammar', () => {
  const grammar = read('syntaxes/runbook.tmLanguage.json');
  const { grammars } = read('package.json').contributes;

  it('has every rule that it includes', () => {
    for (const include of values(grammar, 'include')) {
      if (include.startsWith('#')) assert.ok(grammar.repository[include.slice(1)], include);
      else assert.ok(['source.yaml', 'source.shell'].includes(include), include);
    }
  });

  it('uses the scopes that the manifest gives languages to', () => {
    const scopes = new Set([...values(grammar, 'name'), ...values(grammar, 'contentName')]);
    assert.equal(grammars[0].scopeName, grammar.scopeName);
    for (const scope of Object.keys(grammars[0].embeddedLanguages)) assert.ok(scopes.has(scope), scope);
  });

  it('gives each part of an expression the look that the server gives it', () => {
    const { tokenTypes, tokenModifiers } = semanticTokens.capability.semanticTokensProvider?.legend ?? assert.fail();
    const named = new Set(values(grammar, 'name'));
    const [{ language, scopes }] = read('package.json').contributes.semanticTokenScopes;
    assert.equal(language, grammars[0].language);
    for (const [selector, looks] of Object.entries<string[]>(scopes)) {
      const [type = '', ...modifiers] = selector.split('.');
      assert.ok(tokenTypes.includes(type), type);
      for (const modifier of modifiers) assert.ok(tokenModifiers.includes(modifier), modifier);
      for (const scope of looks) assert.ok(named.has(scope), scope);
    }
  });

  it('colours bare expressions and verbs wherever the language has them', () => {
    const condition = new RegExp(grammar.repository.if.match, 'm');
    for (const line of [
      'if: success()',
      '  - if: inputs.a',
      '    until: steps.a.outcome',
      'for-each: inputs.hosts',
      '{ match: alert.name }',
    ])
      assert.ok(condition.test(line), line);
    for (const line of ['notif: a', 'if: "${{ a }}"', 'if:']) assert.ok(!condition.test(line), line);
    const verb = new RegExp(grammar.repository.verb.match, 'm');
    for (const name of ['uses', 'parallel', 'for-each', 'repeat', 'switch', 'call', 'wait', 'set', 'agent'])
      assert.ok(verb.test(`  - ${name}:`), name);
    assert.ok(!verb.test('  - reset:'));
  });

  it('keeps a script in its block by the indentation, whatever the script leaves open', () => {
    const [plain, dashed] = grammar.repository['run-block'].patterns;
    const stays = (rule: { begin: string; while: string }, key: string, line: string) => {
      const indent = new RegExp(rule.begin).exec(key)?.[1];
      assert.notEqual(indent, undefined, key);
      return new RegExp(rule.while.replaceAll('\\1', indent ?? '')).test(line);
    };
    assert.deepEqual(
      ['      echo "open', '', '    env:', '  - run: x', 'x:'].map((line) => stays(plain, '    run: |', line)),
      [true, true, false, false, false],
    );
    assert.deepEqual(
      ['      echo', '     x', '', '    env:', '  - run: x'].map((line) => stays(dashed, '  - run: |-', line)),
      [true, true, true, false, false],
    );
  });
});

describe('the language configuration', () => {
  const configuration = read('language-configuration.json');

  it('takes a name with dashes as one word', () => {
    const words = 'steps.the-step.outputs.exit-code == 30s'.match(new RegExp(configuration.wordPattern, 'g'));
    assert.deepEqual(words, ['steps', 'the-step', 'outputs', 'exit-code', '30s']);
  });

  it('goes on with a list, and with the keys of a step', () => {
    const after = (line: string) =>
      configuration.onEnterRules.find(
        ({ beforeText, afterText }: { beforeText: string; afterText?: string }) => !afterText && new RegExp(beforeText).test(line),
      )?.action;
    assert.deepEqual(after('  - id: look'), { indent: 'none', appendText: '  ' });
    assert.deepEqual(after('  - run: |'), { indent: 'indent', appendText: '  ' });
    assert.deepEqual(after('  - api_token'), { indent: 'none', appendText: '- ' });
    assert.equal(after('    timeout: 5s'), undefined);
  });
});
