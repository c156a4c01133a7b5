import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { networkFileSystem } from './network-file-system.ts';

const mounts = `/dev/vda / ext4 rw 0 0
host:/home /home fuse.sshfs rw 0 0
/dev/sdb1 /home/local fuseblk rw 0 0
gdfuse /drive fuse.rclone rw 0 0
`;
const fuse = 0x65735546;

describe('network file systems', () => {
  it('are known by the type that statfs gives, signed or not', () => {
    assert.equal(networkFileSystem(0x6969, '/x', ''), 'NFS');
    assert.equal(networkFileSystem(0xff534d42, '/x', ''), 'CIFS');
    assert.equal(networkFileSystem(0xff534d42 | 0, '/x', ''), 'CIFS');
    assert.equal(networkFileSystem(0xfe534d42, '/x', ''), 'SMB');
    for (const local of [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630])
      assert.equal(networkFileSystem(local, '/x', ''), undefined);
  });

  it('behind FUSE are known by the mount that holds the folder', () => {
    assert.equal(networkFileSystem(fuse, '/home/ann/state', mounts), 'fuse.sshfs');
    assert.equal(networkFileSystem(fuse, '/drive', mounts), 'fuse.rclone');
    assert.equal(networkFileSystem(fuse, '/home/local/state', mounts), undefined);
    assert.equal(networkFileSystem(fuse, '/homely', mounts), undefined);
    assert.equal(networkFileSystem(fuse, '/x', ''), undefined);
  });
});
