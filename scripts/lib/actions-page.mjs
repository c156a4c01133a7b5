// The page of the actions, made of their manifests and nothing else.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { root } from './root.mjs';

export const actionsPageFile = join(root, 'docs/actions.md');

export async function actionsPage() {
  const files = (await readdir(join(root, 'actions'), { recursive: true })).filter((file) => file.endsWith('manifest.json'));
  const manifests = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(root, 'actions', file), 'utf8'))));
  manifests.sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '# Actions',
    "What `uses:` can name without anything being installed, written from the same manifests that the editor completes from and the engine checks against. How to write more is under [actions of one's own](language.md#actions-of-ones-own) and [packs](packs.md).",
    '| action | risk | what it does |\n| --- | --- | --- |\n' +
      manifests.map((one) => `| [${one.name}](#${anchor(one.name)}) | ${one.risk} | ${cell(firstSentence(one.description))} |`).join('\n'),
    ...manifests.map(section),
  ]
    .join('\n\n')
    .concat('\n');
}

const anchor = (name) => name.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '');
const firstSentence = (text) => text.split(/(?<=[.!?]) (?=[A-Z])/)[0];
/** A pipe would end the cell. */
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (value) => `\`${cell(typeof value === 'string' ? value : JSON.stringify(value))}\``;

function section(manifest) {
  const { name, description, inputs, outputs } = manifest;
  const required = new Set(inputs.required ?? []);
  const rows = Object.entries(inputs.properties ?? {}).map(
    ([input, schema]) =>
      `| ${code(input)} | ${typeWords(schema)} | ${required.has(input) ? 'required' : schema.default === undefined ? '' : code(schema.default)} | ${cell(schema.description ?? '')} |`,
  );
  const given = Object.entries(outputs).map(([output, { type, description: about }]) => `| ${code(output)} | ${type} | ${cell(about)} |`);
  return [
    `## ${name}`,
    description,
    facts(manifest)
      .map((fact) => `- ${fact}`)
      .join('\n'),
    rows.length === 0 ? 'It takes no inputs.' : `| input | type | default | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}`,
    given.length === 0 ? 'It gives no outputs.' : `| output | type | meaning |\n| --- | --- | --- |\n${given.join('\n')}`,
    `\`\`\`yaml\n${stringify([exampleStep(manifest)], { lineWidth: 110 }).trimEnd()}\n\`\`\``,
  ].join('\n\n');
}

function facts({ risk, category, targets, idempotent, undo, check, settings }) {
  const repeat =
    typeof idempotent === 'boolean'
      ? `${idempotent ? 'Safe' : 'Not safe'} to repeat when nobody knows whether it took effect.`
      : `Safe to repeat where \`${idempotent.input}\` is ${idempotent.in.map((one) => code(one)).join(', ')}${idempotent.default ? ', or not given' : ''}.`;
  const undone =
    undo === undefined ? 'A rollback does not take it back.' : `A rollback takes it back${'uses' in undo ? ` by \`${undo.uses}\`` : ''}.`;
  const [file, part] = (settings ?? '').split('.');
  return [
    `Category ${category}, risk **${risk}**.`,
    `Runs on ${(targets ?? ['local']).map((one) => (one === 'local' ? "the engine's machine" : `\`${one}\` targets`)).join(', ')}.`,
    repeat,
    undone,
    ...(check ? ['With `check: true` it only says what it would do; a dry run runs it so.'] : []),
    ...(settings ? [`Reads ${part ? `\`${part}\` of ` : ''}\`.runwright/${file}.yaml\`.`] : []),
  ];
}

function typeWords(schema) {
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.type !== undefined) return [schema.type].flat().join(' or ');
  return schema.anyOf ? [...new Set(schema.anyOf.map(typeWords))].join(' or ') : 'any';
}

function exampleStep({ name, targets, example }) {
  const [first] = targets ?? [];
  const target = first !== undefined && !targets.includes('local') ? { target: 'name-of-a-target' } : {};
  return { id: name.split('/')[1].replaceAll('_', '-'), uses: name, ...target, with: example ?? {} };
}
