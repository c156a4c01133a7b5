import { bareExpression } from './core/expression/parse.ts';
import { type Approval, type InputSpec, type Retry, type Runbook, risks, type Step } from './core/model.ts';
import { type Document, type StepFact, type StepList, stepLists } from './document.ts';
import { entriesOf, itemsOf, type Node, stringOf, textOf, toJson, valueIn } from './syntax/tree.ts';

/** Makes the engine's runbook of a document without errors: the schema has been checked, so what is read here has its type. */
export function buildRunbook(document: Document): Runbook {
  const { root } = document;
  const lists = Object.fromEntries(
    stepLists.map((list) => [
      list,
      document.steps.filter((step) => step.list === list && !step.parent).map((step) => buildStep(document, step)),
    ]),
  ) as Record<StepList, Step[]>;
  const onFailure = textOf(valueIn(root, 'on-failure'));
  return plain({
    name: textOf(valueIn(root, 'name')) ?? '',
    description: textOf(valueIn(root, 'description')),
    risk: oneOf(risks, valueIn(root, 'risk')),
    inputs: record(valueIn(root, 'inputs'), buildInput),
    secrets: itemsOf(valueIn(root, 'secrets')).flatMap((item) => stringOf(item) ?? []),
    targets: {},
    env: record(valueIn(root, 'env'), (value) => textOf(value) ?? ''),
    defaults: {
      timeout: textOf(valueIn(valueIn(root, 'defaults'), 'timeout')),
      retry: buildRetry(valueIn(valueIn(root, 'defaults'), 'retry')),
    },
    triggers: [],
    steps: lists.steps,
    verify: lists.verify,
    onFailure:
      onFailure === 'rollback' || onFailure === 'stop'
        ? onFailure
        : valueIn(root, 'on-failure')?.kind === 'list'
          ? lists['on-failure']
          : 'stop',
    onCancel: [],
    finally: lists.finally,
    outputs: record(valueIn(root, 'outputs'), toJson),
  });
}

/** No key without a value: the runbook is hashed and stored as JSON. */
const plain = (runbook: Runbook): Runbook => JSON.parse(JSON.stringify(runbook));

function buildStep(document: Document, fact: StepFact): Step {
  const at = (key: string) => valueIn(fact.node, key);
  const approval = buildApproval(at('approve'));
  return {
    path: fact.path,
    id: fact.id?.name,
    name: textOf(at('name')),
    description: textOf(at('description')),
    line: document.lines.position(fact.node.range.start).line + 1,
    verb: buildVerb(fact, approval),
    if: buildIf(at('if')),
    target: textOf(at('target')),
    env: record(at('env'), (value) => textOf(value) ?? ''),
    timeout: textOf(at('timeout')),
    retry: buildRetry(at('retry')),
    approve: fact.verb === 'approve' ? undefined : approval,
    risk: oneOf(risks, at('risk')),
    undo: fact.undo && buildStep(document, fact.undo),
    onError: textOf(at('on-error')) === 'continue' ? 'continue' : 'stop',
    idempotent: flag(at('idempotent')),
    outputs: record(at('outputs'), toJson),
  };
}

function buildVerb(fact: StepFact, approval: Approval | undefined): Step['verb'] {
  const at = (key: string) => valueIn(fact.node, key);
  switch (fact.verb) {
    case 'run': {
      const shell = at('shell');
      return {
        kind: 'run',
        script: stringOf(at('run')) ?? '',
        shell: shell?.kind === 'list' ? shell.items.map((item) => textOf(item) ?? '') : textOf(shell),
        workingDirectory: textOf(at('working-directory')),
      };
    }
    case 'uses':
      return { kind: 'uses', action: fact.uses ?? '', with: record(at('with'), toJson) };
    default:
      return { kind: 'approve', approval: approval ?? {} };
  }
}

function buildApproval(node: Node | undefined): Approval | undefined {
  if (node === undefined) return undefined;
  return { message: textOf(valueIn(node, 'message')), timeout: textOf(valueIn(node, 'timeout')) };
}

function buildRetry(node: Node | undefined): Retry | undefined {
  if (node === undefined) return undefined;
  const on = valueIn(node, 'on');
  return {
    attempts: number(valueIn(node, 'attempts')),
    delay: textOf(valueIn(node, 'delay')),
    backoff: oneOf(['constant', 'exponential'] as const, valueIn(node, 'backoff')),
    maxDelay: textOf(valueIn(node, 'max-delay')),
    on: on && itemsOf(on).map((item) => textOf(item) ?? ''),
  };
}

export function buildInput(node: Node): InputSpec {
  // The schema has held every key to its type; only the keys of this interface pass.
  const spec = toJson(node) as Partial<InputSpec>;
  const items = valueIn(node, 'items');
  const { description, required, options, format, pattern, min, max } = spec;
  return {
    type: spec.type ?? 'string',
    description,
    required,
    default: spec.default,
    options,
    format,
    pattern,
    min,
    max,
    items: items && buildInput(items),
  };
}

function buildIf(node: Node | undefined): string | undefined {
  const text = textOf(node);
  return text === undefined ? undefined : bareExpression(text).source.trim();
}

function record<T>(node: Node | undefined, make: (value: Node) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(entriesOf(node).map((entry) => [entry.key.source, make(entry.value)]));
}

function oneOf<T extends string>(values: readonly T[], node: Node | undefined): T | undefined {
  const text = textOf(node);
  return values.find((value) => value === text);
}

function number(node: Node | undefined): number | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
}

function flag(node: Node | undefined): boolean | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined;
}
