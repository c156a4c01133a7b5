import { type ChildProcess, fork, spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';

/** The built bundles; another folder may be tested by naming it. */
export const dist = process.env.RUNWRIGHT_DIST ?? join(import.meta.dirname, '../../dist');
const server = join(dist, 'server.cjs');

export interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly severity: number;
  readonly range: { readonly start: Position; readonly end: Position };
}
export interface Position {
  readonly line: number;
  readonly character: number;
}
export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Start {
  readonly pull?: boolean;
  /** What the editor can do beyond pulling diagnostics. */
  readonly textDocument?: object;
  readonly workspace?: object;
  /** URI of the workspace's folder. */
  readonly folder?: string;
  /** What the editor calls itself. */
  readonly name?: string;
}

/** An editor that speaks to the built server: what it was sent is kept. */
export class Editor {
  readonly connection: MessageConnection;
  readonly child: ChildProcess;
  readonly published: Published[] = [];
  readonly log: string[] = [];
  readonly #waiting: { readonly done: (published: Published) => boolean; readonly resolve: (published: Published) => void }[] = [];
  capabilities: Readonly<Record<string, unknown>> = {};

  /** `program`: another language server than ours, with its arguments. */
  constructor(transport: 'stdio' | 'ipc', program: readonly string[] = [server, '--stdio']) {
    // Warnings of Node itself would only disturb the log.
    const env = { ...process.env, NODE_NO_WARNINGS: '1' };
    if (transport === 'ipc') {
      this.child = fork(server, ['--node-ipc'], { env, silent: true });
      this.connection = createMessageConnection(new IPCMessageReader(this.child), new IPCMessageWriter(this.child));
    } else {
      this.child = spawn(process.execPath, [...program], { env, stdio: 'pipe' });
      const { stdin, stdout } = this.child;
      if (!stdin || !stdout) throw new Error('no pipes');
      this.connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    }
    this.connection.onNotification('textDocument/publishDiagnostics', (message: Published) => {
      this.published.push(message);
      for (const one of this.#waiting.filter(({ done }) => done(message))) one.resolve(message);
    });
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) => void this.log.push(message));
    this.connection.onError(() => undefined);
    this.connection.listen();
  }

  async initialize({ pull = true, textDocument: more = {}, workspace = {}, folder, name }: Start = {}): Promise<this> {
    const textDocument = pull ? { diagnostic: {}, ...more } : more;
    const result = await this.connection.sendRequest<{ capabilities: Readonly<Record<string, unknown>> }>('initialize', {
      processId: process.pid,
      clientInfo: name === undefined ? undefined : { name },
      rootUri: null,
      workspaceFolders: folder === undefined ? null : [{ uri: folder, name: 'workspace' }],
      capabilities: { textDocument, workspace },
    });
    this.capabilities = result.capabilities;
    await this.connection.sendNotification('initialized', {});
    return this;
  }

  open(text: string, uri = 'file:///a.runbook.yaml', version = 1): Promise<void> {
    return this.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'runbook', version, text } });
  }

  replace(text: string, version: number, uri = 'file:///a.runbook.yaml'): Promise<void> {
    return this.connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
  }

  edit(range: { start: Position; end: Position }, text: string, version: number, uri = 'file:///a.runbook.yaml'): Promise<void> {
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
  }

  close(uri = 'file:///a.runbook.yaml'): Promise<void> {
    return this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  request<T>(method: string, params: object = {}, uri = 'file:///a.runbook.yaml'): Promise<T> {
    return this.connection.sendRequest<T>(method, { textDocument: { uri }, ...params });
  }

  async diagnostics(uri?: string): Promise<readonly Diagnostic[]> {
    return (await this.request<{ items: readonly Diagnostic[] }>('textDocument/diagnostic', {}, uri)).items;
  }

  /** The first publication, past or to come, that is what the caller waits for. */
  publication(done: (published: Published) => boolean): Promise<Published> {
    const known = this.published.find(done);
    return known ? Promise.resolve(known) : new Promise((resolve) => this.#waiting.push({ done, resolve }));
  }

  /** @returns the exit code. */
  async stop(): Promise<number | null> {
    const exit = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await exit;
    this.connection.dispose();
    return code;
  }
}
