import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, parse, parseDocument, visit } from 'yaml';
import { ask } from '../../copilot/ask.ts';
import type { Model } from '../../copilot/providers/model.ts';
import { builtInLanguage } from '../../copilot/tools/language.ts';
import type { Json } from '../../runbook/core/json.ts';
import { folder, isHeldOut, type Outcome, readCases } from './case.ts';
import { fits, isObject } from './compare.ts';

interface Request {
  /** Name of the runbook beside. */
  readonly file: string;
  readonly say: string;
  /** What must stand where: paths with dots, `steps.ID` wherever that step is. */
  readonly has?: Readonly<Record<string, Json>>;
  readonly lacks?: readonly string[];
  /** Ids of the steps of the first list. */
  readonly order?: readonly string[];
  /** It cannot be done, and the answer must not propose anything. */
  readonly nothing?: boolean;
}

export async function judgeEdits(model?: Model): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [index, value] of readCases('edits/requests.yaml').entries()) {
    const request = value as Request;
    const before = readFileSync(join(folder, 'edits', `${request.file}.runbook.yaml`), 'utf8');
    const wrong = await judge(request, before, model);
    outcomes.push({
      group: 'edits',
      name: `${request.file}: ${request.say}`,
      heldOut: isHeldOut(index),
      ...(wrong.length === 0
        ? {}
        : { miss: { expected: JSON.stringify({ has: request.has, lacks: request.lacks, order: request.order }), got: wrong.join('; ') } }),
    });
  }
  return outcomes;
}

async function judge(request: Request, before: string, model: Model | undefined): Promise<string[]> {
  const file = `/ops/${request.file}.runbook.yaml`;
  const answer = await ask({
    text: request.say,
    sources: { documents: { open: async () => ({ file, text: before, unsaved: false, diagnostics: [] }) } },
    signal: new AbortController().signal,
    tools: { language: builtInLanguage },
    acting: { catalog: builtInLanguage.actions },
    ...(model && { model }),
  });
  const proposal = answer.proposals?.findLast(({ kind }) => kind === 'edit');
  if (request.nothing) return proposal === undefined ? [] : [`proposed: ${proposal.summary}`];
  if (proposal === undefined) return [`no proposal (${answer.kind}): ${answer.answer?.slice(0, 160)}`];
  const after: Json = parse(proposal.text);
  const diagnostics = await builtInLanguage.check(proposal.text, file);
  const kept = new Set(commentsOf(proposal.text));
  return [
    ...Object.entries(request.has ?? {}).flatMap(([path, value]) => {
      const got = at(after, path);
      return fits(value, got) ? [] : [`${path} is ${JSON.stringify(got)}`];
    }),
    ...(request.lacks ?? []).flatMap((path) => (at(after, path) === undefined ? [] : [`${path} is still there`])),
    ...(request.order === undefined || idsOf(after).join() === request.order.join() ? [] : [`the order is ${idsOf(after).join()}`]),
    ...diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    // A comment may go with what it stands on, and with nothing else.
    ...(request.lacks === undefined ? commentsOf(before).filter((comment) => !kept.has(comment)) : []).map((comment) => `lost: ${comment}`),
  ];
}

function at(runbook: Json, path: string): Json | undefined {
  const [first = '', ...rest] = path.split('.');
  const [id, ...below] = rest;
  if (first === 'steps' && id !== undefined && !/^\d+$/.test(id)) return walk(stepOf(runbook, id), below);
  return walk(runbook, [first, ...rest]);
}

const walk = (value: Json | undefined, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((from, key) => {
    if (Array.isArray(from)) return from[Number(key)];
    // `retry: 3` and `undo: { … }` have short forms.
    return isObject(from) ? from[key] : undefined;
  }, value);

function stepOf(value: Json | undefined, id: string): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => stepOf(item, id)).find((found) => found !== undefined);
  if (!isObject(value)) return undefined;
  return value.id === id
    ? value
    : Object.values(value)
        .map((item) => stepOf(item, id))
        .find((found) => found !== undefined);
}

const idsOf = (runbook: Json): string[] =>
  isObject(runbook) && Array.isArray(runbook.steps) ? runbook.steps.map((step) => String(isObject(step) ? step.id : '')) : [];

function commentsOf(text: string): string[] {
  const document = parseDocument(text);
  const found: (string | null | undefined)[] = [document.commentBefore, document.comment];
  visit(document, (_key, node) => {
    if (node === null || typeof node !== 'object') return;
    if ('commentBefore' in node) found.push(node.commentBefore as string | null | undefined);
    if ('comment' in node) found.push(node.comment as string | null | undefined);
    if (isMap(node)) found.push(node.comment);
  });
  return [...new Set(found.flatMap((comment) => (comment ?? '').split('\n')).map((line) => line.trim()))].filter((line) => line !== '');
}
