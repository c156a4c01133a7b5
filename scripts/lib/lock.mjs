// One process at a time, also when several `npm start` are given at once or the last one was killed.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { held } from './held.mjs';
import { root } from './root.mjs';
import { say } from './steps.mjs';

/** Runs `work` while nobody else installs, builds or tests in this project. */
export function projectLocked(work) {
  return locked(join(root, 'out/lock'), work);
}

/** Runs `work` while no other process holds the lock `file`; waits for one that does, and says so. */
export async function locked(file, work) {
  await mkdir(dirname(file), { recursive: true });
  await take(file);
  held.add(file);
  try {
    return await work();
  } finally {
    held.delete(file);
    await rm(file, { force: true });
  }
}

async function take(file) {
  let told = false;
  for (;;) {
    try {
      return await writeFile(file, `${process.pid}\n`, { flag: 'wx' });
    } catch (error) {
      if (error.code !== 'EEXIST') throw new Error(`The lock ${file} cannot be written: ${error.message}`);
    }
    const text = await readFile(file, 'utf8').catch(() => '');
    const holder = text.split(/\s+/).map(Number).find(isAlive);
    if (!holder && text !== '') await removeStale(file, text);
    else if (holder && !told) say(`Waiting for process ${holder}, which installs, builds or tests here (${file})`);
    told ||= Boolean(holder);
    await sleep(200);
  }
}

/** By rename, so that of several who saw the same dead holder one removes it, and nobody removes its successor. */
async function removeStale(file, seen) {
  const aside = `${file}.${process.pid}`;
  await rename(file, aside).catch(() => undefined);
  const text = await readFile(aside, 'utf8').catch(() => seen);
  if (text !== seen) await rename(aside, file);
  else await rm(aside, { force: true });
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
