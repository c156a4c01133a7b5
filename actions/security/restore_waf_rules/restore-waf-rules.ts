import type { ActionCode } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { restoreByHttp } from '../waf/http.ts';
import { Nginx } from '../waf/nginx.ts';
import { idsOf, readRules } from '../waf/rules.ts';
import { readSettings } from '../waf/settings.ts';

export const restoreWafRules: ActionCode = async (input, context) => {
  try {
    const deployment = String(input.deployment ?? '');
    const settings = readSettings(context.settings);
    if (settings.http) {
      await restoreByHttp(settings.http, deployment, context);
      return { kind: 'succeeded', outputs: { rule_ids: [], file: '' } };
    }
    if (!settings.nginx) throw new ProblemError(problem('internal', { why: 'settings of the web firewall without a way' }));
    const host = await context.host();
    const nginx = new Nginx(host, settings.nginx);
    const kept = /^[\w-]+$/.test(deployment) ? await nginx.kept(deployment) : undefined;
    if (!kept) throw new ProblemError(problem('waf-deployment', { deployment: deployment.slice(0, 100), host: host.name }));
    const before = await nginx.read();
    const done = before.text === kept.text;
    if (!done && before.digest !== kept.after && input.force !== true)
      throw new ProblemError(problem('waf-changed', { file: nginx.file, host: host.name, deployment }));
    if (!done) await nginx.exchange(deployment, before, kept.text, false);
    context.log(done ? `the rules in ${nginx.file} are those of before` : `restored the rules of before in ${nginx.file}`);
    return { kind: 'succeeded', outputs: { rule_ids: idsOf(readRules(kept.text)), file: nginx.file } };
  } catch (error) {
    if (error instanceof ProblemError) return { kind: 'failed', error: error.problem };
    if (context.signal.aborted) return { kind: 'cancelled' };
    throw error;
  }
};
