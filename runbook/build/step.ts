import { risks, type Step, type Verb } from '../core/model.ts';
import type { StepFact } from '../steps.ts';
import type { Lines } from '../syntax/lines.ts';
import { entryOf, itemsOf, stringOf, textOf, valueIn } from '../syntax/tree.ts';
import { expression, flag, list, number, oneOf, reader, texts, values } from './read.ts';
import { buildApproval, buildRetry } from './settings.ts';

export function buildStep(fact: StepFact, lines: Lines): Step {
  const at = reader(fact.node);
  const cache = at('cache');
  return {
    path: fact.path,
    id: fact.id?.name,
    name: textOf(at('name')),
    description: textOf(at('description')),
    line: lines.position(fact.node.range.start).line + 1,
    verb: buildVerb(fact, lines),
    if: expression(at('if')),
    needs: list(at('needs')),
    target: textOf(at('target')),
    env: texts(at('env')),
    timeout: textOf(at('timeout')),
    retry: buildRetry(at('retry')),
    approve: fact.verb === 'approve' ? undefined : buildApproval(at('approve')),
    risk: oneOf(risks, at('risk')),
    undo: fact.undo && buildStep(fact.undo, lines),
    fallback: entryOf(fact.node, 'fallback') && fact.fallback.map((step) => buildStep(step, lines)),
    onError: textOf(at('on-error')) === 'continue' ? 'continue' : 'stop',
    idempotent: flag(at('idempotent')),
    outputs: values(at('outputs')),
    secretOutputs: list(at('secret-outputs')),
    cache: cache && { key: textOf(valueIn(cache, 'key')) ?? '', ttl: textOf(valueIn(cache, 'ttl')) ?? '' },
  };
}

function buildVerb(fact: StepFact, lines: Lines): Verb {
  const at = reader(fact.node);
  const steps = (members: readonly StepFact[] = fact.steps) => members.map((step) => buildStep(step, lines));
  switch (fact.verb) {
    case 'run': {
      const shell = at('shell');
      return {
        kind: 'run',
        script: stringOf(at('run')) ?? '',
        shell: shell?.kind === 'list' ? list(shell) : textOf(shell),
        workingDirectory: textOf(at('working-directory')),
      };
    }
    case 'uses':
      return { kind: 'uses', action: fact.uses ?? '', with: values(at('with')) };
    case 'parallel':
      return { kind: 'parallel', steps: steps(), maxParallel: number(at('max-parallel')), failFast: flag(at('fail-fast')) };
    case 'for-each':
      return {
        kind: 'for-each',
        list: expression(at('for-each')) ?? '',
        as: textOf(at('as')) ?? 'item',
        steps: steps(),
        maxParallel: number(at('max-parallel')),
      };
    case 'repeat': {
      const of = reader(at('repeat'));
      const [until, max, delay] = [expression(of('until')) ?? '', number(of('max')), textOf(of('delay'))];
      return { kind: 'repeat', until, max, delay, steps: steps() };
    }
    case 'switch':
      return {
        kind: 'switch',
        branches: itemsOf(at('switch')).map((branch, index) => ({
          if: expression(valueIn(branch, 'if')),
          steps: steps(fact.steps.filter((step) => step.branch === index)),
        })),
      };
    case 'call':
      return { kind: 'call', file: stringOf(at('call')) ?? '', with: values(at('with')) };
    case 'wait': {
      const wait = at('wait');
      if (wait?.kind === 'scalar') return { kind: 'wait', for: textOf(wait) };
      const of = reader(wait);
      return { kind: 'wait', until: expression(of('until')), timeout: textOf(of('timeout')), every: textOf(of('every')) };
    }
    case 'set':
      return { kind: 'set', values: values(at('set')) };
    case 'agent': {
      const of = reader(at('agent'));
      const [goal, model] = [textOf(of('goal')) ?? '', textOf(of('model'))];
      return { kind: 'agent', goal, tools: list(of('tools')) ?? [], model, maxTurns: number(of('max-turns')) };
    }
    default:
      return { kind: 'approve', approval: buildApproval(at('approve')) ?? {} };
  }
}
