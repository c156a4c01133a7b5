import { formatNames } from '../core/formats.ts';
import { type Approval, type Concurrency, type InputSpec, inputTypes, type Retry, type Trigger } from '../core/model.ts';
import { type Node, stringOf, textOf, toJson, valueIn } from '../syntax/tree.ts';
import { expression, flag, list, number, oneOf, reader, values } from './read.ts';

/** The small records of the model: what stands under `approve`, `retry`, `triggers`, `concurrency` and an input. */

export function buildApproval(node: Node | undefined): Approval | undefined {
  if (node === undefined) return undefined;
  const at = reader(node);
  const escalate = at('escalate');
  return {
    message: textOf(at('message')),
    approvers: list(at('approvers')),
    min: number(at('min')),
    notRequester: flag(at('not-requester')),
    timeout: textOf(at('timeout')),
    escalate: escalate && { after: textOf(valueIn(escalate, 'after')) ?? '', to: list(valueIn(escalate, 'to')) ?? [] },
  };
}

export function buildRetry(node: Node | undefined): Retry | undefined {
  if (node === undefined) return undefined;
  const at = reader(node);
  const replaced = at('with');
  return {
    attempts: number(at('attempts')),
    delay: textOf(at('delay')),
    backoff: oneOf(['constant', 'exponential'] as const, at('backoff')),
    maxDelay: textOf(at('max-delay')),
    jitter: number(at('jitter')) ?? flag(at('jitter')),
    on: list(at('on')),
    with: replaced && values(replaced),
  };
}

export function buildTrigger(node: Node): Trigger[] {
  const schedule = valueIn(node, 'schedule');
  const alert = valueIn(node, 'alert');
  if (schedule) {
    const at = reader(schedule);
    return [{ kind: 'schedule', cron: textOf(at('cron')) ?? '', timezone: textOf(at('timezone')), with: values(at('with')) }];
  }
  if (!alert) return [];
  const at = reader(alert);
  const [source, key, window] = [textOf(at('source')), textOf(at('key')), textOf(at('window'))];
  return [{ kind: 'alert', source, match: expression(at('match')), key, window, with: values(at('with')) }];
}

export function buildConcurrency(node: Node | undefined): Concurrency | undefined {
  const group = textOf(valueIn(node, 'group'));
  if (group === undefined) return undefined;
  return { group, onBusy: oneOf(['queue', 'reject', 'cancel'] as const, valueIn(node, 'on-busy')) ?? 'queue' };
}

/** What is not of the type that a key asks for is left out: a text that is being typed is read too, and whoever checks a value relies on the types. */
export function buildInput(node: Node): InputSpec {
  const at = (key: string) => valueIn(node, key);
  const {
    type = 'string',
    description,
    required,
    default: value,
    options,
  } = (node.kind === 'map' ? toJson(node) : {}) as Partial<InputSpec>;
  const items = at('items');
  const itemType = valueIn(items, 'type');
  return {
    type,
    description,
    required,
    default: value,
    options,
    format: oneOf(formatNames, at('format')),
    pattern: stringOf(at('pattern')),
    min: number(at('min')),
    max: number(at('max')),
    items: items && (!itemType || oneOf(inputTypes, itemType)) ? buildInput(items) : undefined,
  };
}
