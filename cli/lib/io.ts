import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** What a verb writes to and asks at. Standard output carries the result, standard error everything else. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  out(text: string): void;
  err(text: string): void;
  /** A person sits at it: questions can be asked (on standard error, read from standard input). */
  readonly canAsk: boolean;
  /** Standard output is a terminal that can redraw lines. */
  readonly live: boolean;
  /** A terminal shows the output, so text from outside is made harmless. */
  readonly terminal: boolean;
  readonly colour: boolean;
  readonly columns: () => number;
  style(style: Style, text: string): string;
  errStyle(style: Style, text: string): string;
}

export function processIo(): Io {
  const { env, stdin, stdout, stderr } = process;
  const colour = wantsColour(env, stdout);
  const errColour = wantsColour(env, stderr);
  return {
    env,
    out: writer(stdout),
    err: writer(stderr),
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    live: stdout.isTTY === true && env.TERM !== 'dumb',
    terminal: stdout.isTTY === true,
    colour,
    columns: () => stdout.columns || 80,
    style: (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text),
    errStyle: (style, text) => (errColour ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** NO_COLOR (any value) turns colours off, FORCE_COLOR (any but 0 and false) on, whatever the stream is. */
export function wantsColour(env: NodeJS.ProcessEnv, stream: { isTTY?: boolean }): boolean {
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** A reader that went away (`runwright runs | head -1`) is no error: what follows is dropped. */
function writer(stream: NodeJS.WriteStream): (text: string) => void {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return (text) => {
    if (!gone) stream.write(text);
  };
}

/** Waits until all that was written has left the process. */
export async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((done) => (stream.destroyed || stream.errored ? done() : stream.write('', () => done()))),
    ),
  );
}
