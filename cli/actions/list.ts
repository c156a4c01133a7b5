import { exit } from '../lib/exit.ts';
import { table } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { oneLine } from '../lib/safe-text.ts';
import { type KnownPack, knownActions, packNotes } from './known.ts';

/** With `--json` the manifests, those of one's own with their `file`, those of a pack with their `pack`. */
export async function listActions(io: Io, options: { json?: boolean }): Promise<number> {
  const known = knownActions();
  if (options.json)
    io.out(
      `${JSON.stringify(
        known.map(({ manifest, file, pack }) => ({ ...manifest, file, pack })),
        null,
        2,
      )}\n`,
    );
  else {
    const rows = known.map(({ manifest: { name, risk, description }, file, pack }) => [
      name,
      risk,
      whose(file, pack),
      firstSentence(description),
    ]);
    io.out(`${table(['ACTION', 'RISK', '', 'DESCRIPTION'], rows).join('\n')}\n`);
  }
  for (const note of packNotes()) io.err(`${oneLine(note)}\n`);
  return exit.completed;
}

function whose(file: string | undefined, pack: KnownPack | undefined): string {
  if (pack !== undefined) return pack.off ? 'pack, off' : 'pack';
  return file === undefined ? '' : 'own';
}

/** `actions show` has the rest. */
const firstSentence = (text: string): string => text.split(/(?<=[.!?]) (?=[A-Z])/)[0] ?? '';
