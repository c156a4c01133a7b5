// An editor as far as a server sees it: one process over stdio, and the times of its answers.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessageConnection, type MessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { Contender } from './contenders.ts';
import type { Position } from './documents.ts';

export interface Problem {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly message: string;
  readonly code?: string | number;
}
interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Problem[];
}
export type Expected = (problems: readonly Problem[]) => boolean;

/** Milliseconds until an answer that does not come is a failure. */
const patience = 180_000;

export class Editor {
  readonly #contender: Contender;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #connection: MessageConnection;
  readonly #errors: string[] = [];
  #listener: ((published: Published) => void) | undefined;
  #incremental = false;
  #uri = '';
  #text = '';
  #version = 0;

  private constructor(contender: Contender) {
    this.#contender = contender;
    this.#child = spawn(process.execPath, [...contender.start], { stdio: 'pipe', env: { ...process.env, NODE_NO_WARNINGS: '1' } });
    this.#child.stderr.on('data', (data: Buffer) => this.#errors.push(data.toString()));
    this.#connection = createMessageConnection(new StreamMessageReader(this.#child.stdout), new StreamMessageWriter(this.#child.stdin));
    this.#connection.onNotification('textDocument/publishDiagnostics', (published: Published) => this.#listener?.(published));
    this.#connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
      items.map(({ section = '' }) => contender.settings[section] ?? null),
    );
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.listen();
  }

  /** @param pull the editor asks for diagnostics, as VS Code does, instead of being sent them. */
  static async start(contender: Contender, { pull = false } = {}): Promise<Editor> {
    const editor = new Editor(contender);
    const { capabilities } = await editor.#connection.sendRequest<{ capabilities: { textDocumentSync?: number | { change?: number } } }>(
      'initialize',
      {
        processId: process.pid,
        rootUri: null,
        workspaceFolders: null,
        initializationOptions: {},
        capabilities: {
          workspace: { configuration: true },
          textDocument: {
            publishDiagnostics: { versionSupport: true },
            completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
            hover: { contentFormat: ['markdown'] },
            ...(pull ? { diagnostic: {} } : {}),
          },
        },
      },
    );
    const sync = capabilities.textDocumentSync;
    editor.#incremental = (typeof sync === 'number' ? sync : sync?.change) === 2;
    await editor.#connection.sendNotification('initialized', {});
    await editor.#connection.sendNotification('workspace/didChangeConfiguration', { settings: contender.settings });
    // Until the settings have been read.
    await sleep(300);
    return editor;
  }

  /** Opens a document. @returns milliseconds until each of `expected` was told, in any order. */
  async open(number: number, text: string, expected: readonly Expected[]): Promise<number[]> {
    this.#uri = this.#contender.uri(number);
    this.#text = text;
    this.#version = 1;
    return this.#told(expected, () =>
      this.#connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri: this.#uri, languageId: this.#contender.languageId, version: 1, text },
      }),
    );
  }

  async close(): Promise<void> {
    await this.#connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.#uri } });
  }

  /** Replaces `length` characters of one line. @returns milliseconds until each of `expected` was told. */
  edit(at: Position, length: number, text: string, expected: readonly Expected[]): Promise<number[]> {
    const change = this.#change(at, length, text);
    return this.#told(expected, () => this.#send(change));
  }

  /** The same with the diagnostics asked for. @returns milliseconds until the answer. */
  async editAndPull(at: Position, length: number, text: string, expected: Expected): Promise<number> {
    const change = this.#change(at, length, text);
    const from = performance.now();
    await this.#send(change);
    const problems = await this.pull();
    const took = performance.now() - from;
    if (!expected(problems))
      throw new Error(`${this.#contender.name} does not know of the edit: ${JSON.stringify(problems).slice(0, 2000)}`);
    return took;
  }

  async pull(): Promise<readonly Problem[]> {
    const { items } = await this.#connection.sendRequest<{ items: readonly Problem[] }>('textDocument/diagnostic', {
      textDocument: { uri: this.#uri },
    });
    return items;
  }

  /** Opens without waiting for anything. */
  async openSilently(number: number, text: string): Promise<void> {
    await this.open(number, text, []);
  }

  /** An edit whose diagnostics nobody waits for. */
  async editSilently(at: Position, length: number, text: string): Promise<void> {
    await this.#send(this.#change(at, length, text));
  }

  /** @returns the labels that are offered. */
  async complete(position: Position): Promise<readonly string[]> {
    const result = await this.#connection.sendRequest<readonly { label: string }[] | { items: readonly { label: string }[] } | null>(
      'textDocument/completion',
      { textDocument: { uri: this.#uri }, position },
    );
    return (result === null ? [] : 'items' in result ? result.items : result).map(({ label }) => label);
  }

  /** @returns whether there is something to read. */
  async hover(position: Position): Promise<boolean> {
    const result = await this.#connection.sendRequest<{ contents: unknown } | null>('textDocument/hover', {
      textDocument: { uri: this.#uri },
      position,
    });
    return JSON.stringify(result?.contents ?? '').length > 10;
  }

  /** Bytes of memory that the server's process holds now. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    if (!(kilobytes > 0)) throw new Error('This system does not tell the memory of a process in /proc.');
    return kilobytes * 1024;
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    await this.#connection.sendRequest('shutdown');
    await this.#connection.sendNotification('exit');
    // Some servers stay until their input ends.
    this.#child.stdin.end();
    await Promise.race([ended, sleep(2_000)]);
    this.#connection.dispose();
    this.#child.kill('SIGKILL');
  }

  /** As the server wants to be told: the difference, or the whole text again. */
  #change({ line, character }: Position, length: number, text: string): object {
    let start = 0;
    for (let seen = 0; seen < line; seen++) start = this.#text.indexOf('\n', start) + 1;
    start += character;
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(start + length);
    const range = { start: { line, character }, end: { line, character: character + length } };
    return this.#incremental ? { range, text } : { text: this.#text };
  }

  #send(change: object): Promise<void> {
    return this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.#uri, version: ++this.#version },
      contentChanges: [change],
    });
  }

  #told(expected: readonly Expected[], act: () => Promise<void>): Promise<number[]> {
    return new Promise((resolve, reject) => {
      const times: (number | undefined)[] = expected.map(() => undefined);
      let last: readonly Problem[] | undefined;
      const late = setTimeout(() => {
        const heard = last === undefined ? 'no diagnostics at all' : `these: ${JSON.stringify(last).slice(0, 2000)}`;
        reject(
          new Error(
            `${this.#contender.name} did not tell the planted problem within ${patience / 1000} s, but ${heard}\n${this.#errors.join('')}`,
          ),
        );
      }, patience);
      const finish = () => {
        if (times.some((time) => time === undefined)) return;
        clearTimeout(late);
        this.#listener = undefined;
        resolve(times.map((time) => time ?? Number.NaN));
      };
      this.#listener = ({ uri, version, diagnostics }) => {
        if (uri !== this.#uri || (version ?? this.#version) !== this.#version) return;
        last = diagnostics;
        for (const [index, holds] of expected.entries())
          if (times[index] === undefined && holds(diagnostics)) times[index] = performance.now() - from;
        finish();
      };
      const from = performance.now();
      act().then(finish, reject);
    });
  }
}
