// The command line. This file and all it is bundled with must parse on older versions of Node, so that the sentence below can be said.
import { problem } from '../runbook/core/errors.ts';

const needed = 24;

if (Number(process.versions.node.split('.')[0]) < needed) {
  const { message, remedy } = problem('node-old', { version: process.versions.node });
  process.stderr.write(`runwright: ${message} ${remedy}\n`);
  process.exitCode = 2;
} else {
  void import('./program.ts').then(({ main }) => main(process.argv.slice(2)));
}
