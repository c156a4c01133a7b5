import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Json, JsonObject } from '../../../runbook/core/json.ts';
import { type TestContext, testContext } from '../../testing/context.ts';
import { deployWafRules } from '../deploy_waf_rules/deploy-waf-rules.ts';
import { restoreWafRules } from '../restore_waf_rules/restore-waf-rules.ts';
import { isLoaded } from './loaded.ts';
import { mergeRules, parseRules, readRules } from './rules.ts';
import { readSettings } from './settings.ts';

const rule = (id: number, pattern = 'x') => `SecRule ARGS "@rx ${pattern}" "id:${id},phase:2,deny"`;
const parsed = (source: string) => {
  const result = parseRules(source);
  return result.ok ? result.rules : assert.fail(result.why);
};

describe('rules of a web firewall', () => {
  it('are read with their comments, over several lines, and with what is chained to them', () => {
    const chain = `# two conditions\nSecRule REQUEST_METHOD "@streq POST" \\\n  "id:2,phase:1,deny,\\\n  chain"\n  SecRule ARGS:x "@contains \\"y\\"" "t:none"`;
    const rules = parsed(`${rule(1)}\n\n${chain}\r\nSecRuleRemoveById 5\nSecAction "id:'3',pass,nolog"\n`);
    assert.deepEqual(
      rules.map(({ id }) => id),
      ['1', '2', undefined, '3'],
    );
    assert.equal(rules[1]?.text, chain);
  });

  it('are refused where they cannot be what is meant, with the line', () => {
    for (const [source, why] of [
      ['', /holds no rule/],
      ['# nothing\n', /holds no rule/],
      [`${rule(1)}\n${rule(1)}`, /line 2 has the id 1 a second time/],
      ['SecRule ARGS "@rx x" "phase:2,deny"', /line 1 is a rule without an id/],
      ['SecRule ARGS "@rx x" "id:1,phase:2,deny', /line 1 has a quote that is not closed/],
      ['SecRule ARGS', /line 1 is no SecRule/],
      ['\nSecRule ARGS "@regex x" "id:1,deny"', /line 2 has the operator @regex/],
      ['SecRule ARGS "@rx x" "id:1,deny,chain"', /a chain that nothing follows/],
      ['SecRule ARGS "@rx x" "id:1,deny,chain"\nSecAction "id:2"', /line 2 comes after a chain/],
      [`${rule(1)}\u0000`, /control character/],
    ] as const) {
      const result = parseRules(source);
      assert.ok(!result.ok && why.test(result.why), `${source} → ${result.ok || result.why}`);
    }
  });

  it('may not read files of the server, run programs or turn the engine off', () => {
    for (const source of [
      'SecRuleEngine Off',
      'secruleengine DetectionOnly',
      'Include /etc/shadow',
      'SecRuleScript /tmp/x.lua "deny"',
      'SecRemoteRules key https://example.net/',
      'SecAuditLog /etc/passwd',
      'SecRule ARGS "@rx x" "id:1,exec:/tmp/x"',
      'SecRule ARGS "@rx x" "id:1,ctl:ruleEngine=Off"',
      'SecRule ARGS "@pmFromFile /etc/shadow" "id:1,deny"',
      'SecRule FILES_TMPNAMES "@inspectFile /bin/sh" "id:1,deny"',
      'SecAction "id:1,pass,ctl:ruleEngine=\\\nOff"',
    ])
      assert.ok(!parseRules(source).ok, source);
  });

  it('are merged so that nothing of others is lost', () => {
    const before = `# by hand\n${rule(1)}\nSecMarker END\n${rule(2, 'old')}\n`;
    const added = mergeRules(before, parsed(`${rule(2, 'new')}\n${rule(3)}`), 'add');
    assert.equal(added.text, `# by hand\n${rule(1)}\nSecMarker END\n${rule(2, 'new')}\n${rule(3)}\n`);
    assert.deepEqual([added.replaced, added.changed], [['2'], true]);
    const again = mergeRules(added.text, parsed(rule(3)), 'add');
    assert.deepEqual([again.text, again.replaced, again.changed], [added.text, [], false]);
    const all = mergeRules(before, parsed(rule(2, 'old')), 'replace');
    assert.deepEqual([all.text, all.replaced, all.changed], [`${rule(2, 'old')}\n`, ['1'], true]);
    assert.equal(mergeRules(all.text, parsed(rule(2, 'old')), 'replace').changed, false);
    // Whatever a file holds, as many directives come out as went in.
    assert.equal(readRules('Include "a\n"unclosed\nSecRule\n').length, 3);
  });
});

describe('whether nginx loads a file of rules', () => {
  const files: Readonly<Record<string, string>> = {
    '/etc/modsec/main.conf': 'SecRuleEngine DetectionOnly\nInclude more.conf\nInclude "/srv/rules/*.conf"\n',
    '/etc/modsec/more.conf': 'secruleengine On\nInclude /etc/modsec/main.conf\n#Include /srv/commented.conf\n',
  };
  const look = (config: string, file: string) =>
    isLoaded(`# configuration file /etc/nginx/nginx.conf:\n${config}`, file, async (path) => files[path] ?? '');
  const usual = 'http { modsecurity on;\n modsecurity_rules_file ../modsec/main.conf; }';
  it('is found out through what includes what', async () => {
    for (const [file, there] of [
      ['/etc/modsec/main.conf', true],
      ['/etc/modsec/more.conf', true],
      ['/srv/rules/a.conf', true],
      ['/srv/rules/deep/a.conf', false],
      ['/srv/commented.conf', false],
    ] as const)
      assert.deepEqual([file, (await look(usual, file)).there], [file, there]);
    assert.equal((await look(usual, '/srv/rules/a.conf')).enforced, true);
    assert.match((await look('modsecurity_rules_file "/etc/modsec/main.conf";', '/etc/modsec/main.conf')).why, /modsecurity on/);
    assert.match((await look('#modsecurity off;\nmodsecurity on;\n# modsecurity_rules_file /x;', '/x')).why, /no `modsecurity_rules_file`/);
  });
});

describe('web firewall rules by an HTTP service', () => {
  let server: Server;
  let test: TestContext;
  const asked: { path: string; body: JsonObject }[] = [];
  let settings: JsonObject;
  beforeEach(async () => {
    asked.length = 0;
    server = createServer(async (request, response) => {
      asked.push({ path: `${request.method} ${request.url}`, body: JSON.parse((await text(request)) || '{}') });
      response.setHeader('content-type', 'application/json');
      if (request.url === '/refuse') response.statusCode = 400;
      response.end(JSON.stringify({ data: { version: 17 } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    settings = {
      http: {
        deploy: { url: `${url}/rules`, json: { text: '{rule}', ids: '{ids}', mode: '{mode}' } },
        restore: { url: `${url}/rules/{deployment}`, method: 'DELETE' },
        id: 'data.version',
      },
    };
    test = testContext({ settings });
  });
  afterEach(() => {
    test.remove();
    server.closeAllConnections();
    server.close();
  });

  it('are handed over and taken back as the settings say', async () => {
    const outcome = await deployWafRules({ rule: rule(1) }, test.context);
    assert.ok(outcome.kind === 'succeeded', JSON.stringify(outcome));
    assert.equal(outcome.outputs.deployment_id, '17');
    assert.equal((await restoreWafRules({ deployment: '17/..' }, test.context)).kind, 'succeeded');
    assert.deepEqual(asked, [
      { path: 'POST /rules', body: { text: `${rule(1)}\n`, ids: ['1'], mode: 'add' } },
      { path: 'DELETE /rules/17%2F..', body: {} },
    ]);
  });

  it('fail with what the service says', async () => {
    const http = Object(settings.http);
    const refusing = { http: { ...http, deploy: { ...http.deploy, url: http.deploy.url.replace('/rules', '/refuse') } } };
    const outcome = await deployWafRules({ rule: rule(1) }, { ...test.context, settings: refusing });
    assert.ok(outcome.kind === 'failed' && outcome.error.code === 'http-status', JSON.stringify(outcome));
    const without = await restoreWafRules({ deployment: '17' }, { ...test.context, settings: { http: { deploy: http.deploy } } });
    assert.ok(without.kind === 'failed' && /it has no restore/.test(without.error.message));
  });

  it('need settings that make sense', () => {
    assert.equal(readSettings(undefined).nginx?.rules, '/etc/nginx/runwright-waf.conf');
    const all: Json[] = [
      { ngnix: {} },
      { nginx: { rules: 'a.conf' } },
      { nginx: { rules: '/a b' } },
      { nginx: { program: '-x' } },
      { nginx: { rules: "/a';rm" } },
      { nginx: { sudo: 'yes' } },
      { http: {} },
      { http: { deploy: { url: 'https://example.net' } }, nginx: {} },
      { nginx: [] },
    ];
    for (const wrong of all) assert.throws(() => readSettings(wrong), /The settings `waf/, JSON.stringify(wrong));
  });
});
