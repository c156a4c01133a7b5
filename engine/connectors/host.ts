/** A machine that an action works on: the engine's own, or another over `ssh`. Every method throws a ProblemError for what a person has to know. */
export interface Host {
  /** As people know it: `local`, or the target's name. */
  readonly name: string;
  /** Runs a program with `sh -c` and its arguments as `$1`, `$2` …, which nothing expands. The group is ended when `signal` is. */
  run(script: string, options?: HostRun): Promise<Ran>;
  /** Bytes of a file, as they come. Throws for one that is not there or not readable. */
  read(path: string, signal?: AbortSignal): AsyncIterable<Buffer>;
  /** Writes a file beside its place and moves it there, so that nobody sees half of it. Its folder must exist. */
  write(
    path: string,
    content: AsyncIterable<Buffer> | string | Buffer,
    options?: { readonly mode?: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  /** Undefined where there is nothing. */
  stat(path: string): Promise<FileInfo | undefined>;
}

export interface HostRun {
  readonly args?: readonly string[];
  readonly stdin?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Of each stream; what is longer is cut and said so. Bytes; 1 MiB when absent. */
  readonly limit?: number;
  /** Output while it comes, in place of keeping it. */
  readonly onStdout?: (chunk: Buffer) => void;
}

export interface Ran {
  /** 128 + the signal's number where one ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

export interface FileInfo {
  readonly kind: 'file' | 'folder' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** The permission bits. */
  readonly mode: number;
}
