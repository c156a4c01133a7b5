/** Stands for an engine of an earlier protocol: answers `/health` with its proof and obeys `POST /v1/shutdown`, as every engine does, and nothing else. Its state folder is in RUNWRIGHT_STATE. */
import { createHmac } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const state = process.env.RUNWRIGHT_STATE ?? '';
const { identity, person } = JSON.parse(readFileSync(join(state, 'tokens.json'), 'utf8')) as { identity: string; person: string };
const place = join(state, 'daemon.json');
const about = { protocol: 0, version: '0.0.1', pid: process.pid };

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '', 'http://x');
  appendFileSync(join(state, 'asked'), `${request.method} ${url.pathname}\n`);
  if (url.pathname === '/health') {
    const proof = createHmac('sha256', identity)
      .update(url.searchParams.get('nonce') ?? '')
      .digest('hex');
    response.end(JSON.stringify({ product: 'runwright', schema: 1, ...about, proof }));
  } else if (url.pathname === '/v1/shutdown' && request.headers.authorization === `Bearer ${person}`) {
    rmSync(place);
    response.writeHead(204).end(() => process.exit(0));
  } else response.writeHead(404).end('{"detail":"not found"}');
}).listen(0, '127.0.0.1', () => {
  writeFileSync(place, JSON.stringify({ ...about, port: (server.address() as AddressInfo).port }));
  process.stdout.write('listens\n');
});
