import type { Connection, Submittable } from 'pg';
import type { Rows } from '../sql/rows.ts';
import { fromPostgres } from './values.ts';

export const nothingToCopy = 'there is nothing to copy in';

interface Described {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/**
 * One statement over the extended protocol, where the server takes exactly one and parameters are never part of its text.
 * It asks for one row more than is wanted and then no more, so a long answer stays on the server.
 */
export class Query implements Submittable {
  /** Resolves with the count of changed rows when the server is ready for the next. */
  readonly ended: Promise<number>;
  readonly #text: string;
  readonly #values: readonly (string | null)[];
  /** 0: all. */
  readonly #most: number;
  readonly #rows: Rows;
  #resolve: (affected: number) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #types: readonly number[] = [];
  #affected = 0;

  constructor(text: string, values: readonly (string | null)[], rows: Rows, most: number) {
    this.#text = text;
    this.#values = values;
    this.#rows = rows;
    this.#most = most;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit = (connection: Connection): void => {
    connection.stream.cork();
    connection.parse({ text: this.#text, name: '', types: [] }, true);
    connection.bind({ values: [...this.#values] }, true);
    connection.describe({ type: 'P', name: '' }, true);
    connection.stream.write(execute(this.#most));
    connection.sync();
    connection.stream.uncork();
  };

  // From here on: what the client calls.
  handleRowDescription({ fields }: Described): void {
    this.#types = fields.map(({ dataTypeID }) => dataTypeID);
    this.#rows.columns(fields.map(({ name }) => name));
  }
  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    // The bytes were counted as they came.
    this.#rows.add(0, () => fields.map((text, at) => fromPostgres(this.#types[at] ?? 0, text)));
  }
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#affected = /^(?:INSERT|UPDATE|DELETE|MERGE|COPY)\b/.test(text) ? Number(/\d+$/.exec(text)?.[0] ?? 0) : 0;
  }
  /** The server has dropped the first Sync while it waited for data. */
  handleCopyInResponse(connection: { sendCopyFail(why: string): void; sync(): void }): void {
    connection.sendCopyFail(nothingToCopy);
    connection.sync();
  }
  handleCopyData(): void {}
  handleError(error: unknown): void {
    this.#reject(error);
  }
  /** Not called after an error. */
  handleReadyForQuery(): void {
    this.#resolve(this.#affected);
  }
}

/** Message E of the protocol: run the unnamed portal for at most so many rows. The client's own sends no number. */
function execute(most: number): Buffer {
  const message = Buffer.alloc(10);
  message.write('E');
  message.writeInt32BE(9, 1);
  message.writeInt32BE(most, 6);
  return message;
}
