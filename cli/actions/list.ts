import { exit } from '../lib/exit.ts';
import { table } from '../lib/format.ts';
import type { Io } from '../lib/io.ts';
import { knownActions } from './known.ts';

/** With `--json` the manifests, those of one's own with their `file`. */
export async function listActions(io: Io, options: { json?: boolean }): Promise<number> {
  const known = knownActions();
  if (options.json)
    io.out(
      `${JSON.stringify(
        known.map(({ manifest, file }) => ({ ...manifest, file })),
        null,
        2,
      )}\n`,
    );
  else {
    const rows = known.map(({ manifest: { name, risk, description }, file }) => [name, risk, file === undefined ? '' : 'own', description]);
    io.out(`${table(['ACTION', 'RISK', '', 'DESCRIPTION'], rows).join('\n')}\n`);
  }
  return exit.completed;
}
