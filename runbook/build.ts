import { list, oneOf, reader, texts, values } from './build/read.ts';
import { buildConcurrency, buildInput, buildRetry, buildTrigger } from './build/settings.ts';
import { buildStep } from './build/step.ts';
import { type Runbook, risks, type Step, type TargetSpec } from './core/model.ts';
import { type Document, type StepList, stepLists } from './document.ts';
import { entriesOf, itemsOf, type Node, textOf, toJson, valueIn } from './syntax/tree.ts';

export { buildInput } from './build/settings.ts';

/** Makes the engine's runbook of a document without errors: the schema has been checked, so what is read here has its type. */
export function buildRunbook(document: Document): Runbook {
  const { root, lines } = document;
  const at = reader(root);
  const lists = Object.fromEntries(
    stepLists.map((name) => [
      name,
      document.steps.filter((step) => step.list === name && !step.parent).map((step) => buildStep(step, lines)),
    ]),
  ) as Record<StepList, Step[]>;
  const onFailure = at('on-failure');
  const word = textOf(onFailure);
  return plain({
    name: textOf(at('name')) ?? '',
    description: textOf(at('description')),
    risk: oneOf(risks, at('risk')),
    inputs: Object.fromEntries(entriesOf(at('inputs')).map(({ key, value }) => [key.source, buildInput(value)])),
    secrets: list(at('secrets')) ?? [],
    targets: Object.fromEntries(entriesOf(at('targets')).map(({ key, value }) => [key.source, buildTarget(value)])),
    env: texts(at('env')),
    defaults: { timeout: textOf(valueIn(at('defaults'), 'timeout')), retry: buildRetry(valueIn(at('defaults'), 'retry')) },
    triggers: itemsOf(at('triggers')).flatMap(buildTrigger),
    concurrency: buildConcurrency(at('concurrency')),
    steps: lists.steps,
    verify: lists.verify,
    onFailure: word === 'rollback' ? word : onFailure?.kind === 'list' ? lists['on-failure'] : 'stop',
    onCancel: lists['on-cancel'],
    finally: lists.finally,
    outputs: values(at('outputs')),
  });
}

/** Of the workspace's shared ones too. Keys that begin with `x-` are for other tools. */
export function buildTarget(node: Node): TargetSpec {
  const keys = entriesOf(node).filter(({ key }) => !key.source.startsWith('x-'));
  return { ...Object.fromEntries(keys.map(({ key, value }) => [key.source, toJson(value)])), type: textOf(valueIn(node, 'type')) ?? '' };
}

/** No key without a value: the runbook is hashed and stored as JSON. */
const plain = (runbook: Runbook): Runbook => JSON.parse(JSON.stringify(runbook));
