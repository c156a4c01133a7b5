import { resolve } from 'node:path';

if (!import.meta.dirname) {
  console.error(`Node 20.11 or newer is needed; this one is ${process.versions.node}.`);
  process.exit(1);
}

export const root = resolve(import.meta.dirname, '../..');
