import { chmod, mkdir, open, readFile, realpath, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../runbook/core/errors.ts';

/** Magic numbers of Linux' statfs(2): locks and fsync do not hold there as the journal needs them. */
const network: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  1397113167: 'AFS',
  12805120: 'Ceph',
};
/** FUSE carries local file systems too, so the mount's own type decides. */
const fuse = 1702057286;
const remoteFuse = /^fuse\.(sshfs|rclone|s3fs|gcsfuse|glusterfs|ceph|davfs)/;

async function networkKind(folder: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const type = (await statfs(folder)).type >>> 0;
  if (type !== fuse) return network[type];
  const real = await realpath(folder);
  const mounts = (await readFile('/proc/self/mounts', 'utf8').catch(() => '')).split('\n').map((line) => line.split(' '));
  const holding = mounts.filter(([, at = '']) => real === at || real.startsWith(at.endsWith('/') ? at : `${at}/`));
  const nearest = holding.sort(([, a = ''], [, b = '']) => b.length - a.length)[0]?.[2] ?? '';
  return remoteFuse.test(nearest) ? nearest : undefined;
}

/** Makes the state folder, mode 0700, and tries whether it can be written. Throws `state-folder`. */
export async function prepareStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') await chmod(folder, 0o700);
    const kind = await networkKind(folder);
    if (kind) throw new Error(`it is on a network file system, ${kind}`);
    const probe = join(folder, `.probe-${process.pid}`);
    await (await open(probe, 'wx', 0o600)).close();
    await rm(probe);
  } catch (error) {
    throw new ProblemError(problem('state-folder', { folder, why: error instanceof Error ? error.message : String(error) }));
  }
}
