// Real servers and editors for the tests: what is there, else Debian's packages where we may install them.
import { existsSync } from 'node:fs';
import { run, step } from './steps.mjs';

/** Package → a file that it brings. */
const packages = {
  'openssh-server': ['/usr/sbin/sshd'],
  'openssh-client': ['/usr/bin/ssh-keygen'],
  postgresql: ['/usr/lib/postgresql'],
  'mariadb-server': ['/usr/sbin/mariadbd'],
  nftables: ['/usr/sbin/nft'],
  iproute2: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'],
  nginx: ['/usr/sbin/nginx'],
  'libnginx-mod-http-modsecurity': ['/usr/lib/nginx/modules/ngx_http_modsecurity_module.so'],
  slapd: ['/usr/sbin/slapd'],
  sudo: ['/usr/bin/sudo'],
  neovim: ['/usr/bin/nvim'],
};
/** What only measurements need. */
const forBenches = { 'ansible-core': ['/usr/bin/ansible-playbook', '/usr/local/bin/ansible-playbook'] };

/** Installs what is missing; throws a sentence that says how to get it. */
export async function debianPackages(names = Object.keys(packages)) {
  const known = { ...packages, ...forBenches };
  const missing = () => names.filter((name) => !known[name].some((file) => existsSync(file)));
  if (missing().length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    // RUNLEVEL keeps the packages from starting servers of their own: the tests start theirs on free ports.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    await step(`Debian packages for the tests: ${missing().join(', ')}`, async () => {
      await run('apt-get', ['update', '-qq'], { quiet: true, env });
      await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing()], { quiet: true, env });
    });
  }
  if (missing().length > 0)
    throw new Error(`The tests need real servers, and these packages are missing: as root, \`apt-get install ${missing().join(' ')}\`.`);
}
