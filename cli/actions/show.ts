import type { ActionManifest } from '../../runbook/core/action.ts';
import { exit } from '../lib/exit.ts';
import { table, valueText } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { oneLine } from '../lib/safe-text.ts';
import { actionNamed, type KnownAction, type KnownPack } from './known.ts';
import { inputsOf } from './schema.ts';

export async function showAction(io: Io, name: string, options: { json?: boolean }): Promise<number> {
  const known = actionNamed(name);
  const { manifest, file, pack } = known;
  io.out(options.json ? `${JSON.stringify({ ...manifest, file, pack }, null, 2)}\n` : `${lines(io, known).join('\n')}\n`);
  return exit.completed;
}

function lines(io: Io, { manifest, file, pack }: KnownAction): string[] {
  const { name, description, risk, category, targets, undo, outputs } = manifest;
  const inputs = inputsOf(manifest).map((input) => [
    `  ${input.name}`,
    input.type,
    input.required ? 'required' : input.default === undefined ? '' : `default ${valueText(input.default)}`,
    input.description,
  ]);
  const given = Object.entries(outputs).map(([output, { type, description: about }]) => [`  ${output}`, type, about]);
  return [
    `${io.style('bold', oneLine(name))}: ${oneLine(description)}`,
    `  ${category}, risk ${risk}, ${repeatable(manifest)}, runs on ${(targets ?? ['local']).join(', ')}${undo === undefined ? '' : ', can be undone'}`,
    ...(file === undefined ? [] : [`  ${oneLine(file)}`]),
    ...(pack === undefined ? [] : ofPack(pack)),
    '',
    ...(inputs.length === 0 ? ['It takes no inputs.'] : table(['INPUT', 'TYPE', '', 'MEANING'], inputs)),
    '',
    ...(given.length === 0 ? ['It gives no outputs.'] : table(['OUTPUT', 'TYPE', 'MEANING'], given)),
  ];
}

function ofPack({ name, version, permissions: { targets, secrets, network }, folder, off }: KnownPack): string[] {
  const list = (all: readonly string[]) => all.map(oneLine).join(', ') || 'none';
  return [
    `  pack ${oneLine(name)} ${oneLine(version)}: targets ${list(targets)}; secrets ${list(secrets)}; hosts ${list(network)}`,
    ...(off ? [`  It is off: nobody has trusted the pack. Look at it, then run: runwright trust ${oneLine(folder)}`] : []),
  ];
}

function repeatable({ idempotent }: ActionManifest): string {
  if (typeof idempotent === 'boolean') return idempotent ? 'safe to repeat' : 'not safe to repeat';
  return `safe to repeat where ${idempotent.input} is ${idempotent.in.map(String).join(' or ')}`;
}
