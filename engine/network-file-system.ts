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

/** The name of the network file system that `path` (real, absolute) is on, or undefined. `type` is statfs' own, `mounts` the text of /proc/self/mounts. */
export function networkFileSystem(type: number, path: string, mounts: string): string | undefined {
  const unsigned = type >>> 0;
  if (unsigned !== fuse) return network[unsigned];
  const lines = mounts.split('\n').map((line) => line.split(' '));
  const holding = lines.filter(([, at = '']) => at !== '' && (path === at || path.startsWith(at.endsWith('/') ? at : `${at}/`)));
  const nearest = holding.sort(([, a = ''], [, b = '']) => b.length - a.length)[0]?.[2] ?? '';
  return remoteFuse.test(nearest) ? nearest : undefined;
}
