import { createHash } from 'node:crypto';
import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import { deployByHttp } from '../waf/http.ts';
import { Nginx } from '../waf/nginx.ts';
import { idsOf, mergeRules, parseRules } from '../waf/rules.ts';
import { readSettings } from '../waf/settings.ts';

export const deployWafRules: ActionCode = async (input, context) => {
  try {
    const parsed = parseRules(String(input.rule ?? ''));
    if (!parsed.ok) throw new ProblemError(problem('waf-rule', { why: parsed.why }));
    const ids = idsOf(parsed.rules);
    const mode = input.mode === 'replace' ? 'replace' : 'add';
    const settings = readSettings(context.settings);
    const check = input.check === true;
    if (settings.http) {
      const outputs = (deployment: string): Outcome => ({
        kind: 'succeeded',
        outputs: { deployment_id: deployment, rule_ids: ids, replaced_ids: [], file: '', earlier: deployment, changed: true },
      });
      if (check) return outputs('');
      const rule = `${parsed.rules.map(({ text }) => text).join('\n')}\n`;
      return outputs(await deployByHttp(settings.http, { rule, ids, mode }, context));
    }
    if (!settings.nginx) throw new ProblemError(problem('internal', { why: 'settings of the web firewall without a way' }));
    const nginx = new Nginx(await context.host(), settings.nginx);
    const deployment = deploymentId(context);
    const { before, replaced, changed } = await retried(async () => {
      const now = await nginx.read();
      const merged = mergeRules(now.text, parsed.rules, mode);
      const again = await nginx.kept(deployment);
      // The same step once more, after what it did became known to nobody: its undo must still find what was there before.
      const repeated = !merged.changed && again?.after === now.digest;
      if (!check && !repeated) await nginx.exchange(deployment, now, merged.text, true);
      return { before: now, ...merged };
    });
    if (!before.enforced) context.log('the rule engine of this nginx is not on (SecRuleEngine): rules only detect, or do nothing');
    context.log(`${check ? 'would deploy' : 'deployed'} ${ids.length === 1 ? `rule ${ids[0]}` : `${ids.length} rules`} in ${nginx.file}`);
    return {
      kind: 'succeeded',
      outputs: {
        deployment_id: check ? '' : deployment,
        rule_ids: ids,
        replaced_ids: [...replaced],
        file: nginx.file,
        earlier: check ? '' : nginx.earlier(deployment),
        changed,
        enforced: before.enforced,
      },
    };
  } catch (error) {
    if (error instanceof ProblemError) return { kind: 'failed', error: error.problem };
    if (context.signal.aborted) return { kind: 'cancelled' };
    throw error;
  }
};

/** Begins anew where another deployment came in between. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 10; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (left === 0 || !(error instanceof ProblemError) || error.problem.code !== 'waf-busy') throw error;
    }
  }
}

/** The same for the same step of the same run. */
const deploymentId = ({ run, step }: ActionContext): string =>
  `waf-${createHash('sha256').update(`${run}\0${step}`).digest('hex').slice(0, 16)}`;
