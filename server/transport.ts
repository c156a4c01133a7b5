import { type MessageReader, type MessageWriter, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';

/**
 * Messages over standard input and output. Behind a broken header nobody can tell any more where the next message begins: a server that
 * went on listening would be silent for ever, so `broken` ends it and the client starts another. A message that is whole but not JSON is
 * only told to `skipped`. The end of the input ends the server too: `ended`.
 */
export function standardStreams(on: {
  readonly broken: (error: Error) => void;
  readonly skipped: (error: Error) => void;
  readonly ended: () => void;
}): [MessageReader, MessageWriter] {
  // What a library prints must not get between the messages.
  console.log = console.info = console.debug = console.error;
  const reader = new StreamMessageReader(process.stdin);
  reader.onError((error) => (error instanceof SyntaxError ? on.skipped(error) : on.broken(error)));
  for (const event of ['end', 'close']) process.stdin.on(event, on.ended);
  return [reader, new StreamMessageWriter(process.stdout)];
}
