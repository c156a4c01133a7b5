import * as Type from 'typebox';
import { Check } from 'typebox/schema';

/** One conversation as it is stored; what is in `session` is checked by the session that reads it. */
const StoredChat = Type.Object({
  id: Type.String(),
  /** Given by a person, or the first question. */
  title: Type.String(),
  named: Type.Boolean(),
  /** Milliseconds since 1970 of the last change. */
  changed: Type.Number(),
  session: Type.Unknown(),
});
type StoredChat = Type.Static<typeof StoredChat>;
const StoredHistory = Type.Object({ current: Type.String(), chats: Type.Array(StoredChat) });

export interface HistoryPorts {
  load(): unknown;
  save(value: Type.Static<typeof StoredHistory>): void;
  newId(): string;
  /** Milliseconds since 1970. */
  now(): number;
}

export type ChatEntry = Omit<StoredChat, 'session'>;

/** Conversations that are kept, and how many characters all of them may take together. */
const mostChats = 30;
const mostCharacters = 8_000_000;
const longestTitle = 80;

/**
 * The conversations of a workspace.
 * 1. Exactly one is current; it is listed once something was said in it.
 * 2. The current one is never the one that is dropped for room.
 */
export class ChatHistory {
  readonly #ports: HistoryPorts;
  #chats: readonly StoredChat[] = [];
  #current: string;

  constructor(ports: HistoryPorts) {
    this.#ports = ports;
    const stored = ports.load();
    if (Check(StoredHistory, stored)) {
      this.#chats = stored.chats;
      this.#current = stored.current;
    } else this.#current = ports.newId();
  }

  get current(): string {
    return this.#current;
  }

  /** The newest first. */
  get entries(): readonly ChatEntry[] {
    return this.#chats.map(({ session: _session, ...entry }) => entry).sort((a, b) => b.changed - a.changed);
  }

  /** What the current conversation was stored as; undefined where it is new. */
  load(): unknown {
    return this.#chats.find(({ id }) => id === this.#current)?.session;
  }

  /** @param question the first of the conversation; without one there is nothing to keep. */
  store(session: unknown, question: string | undefined): void {
    const known = this.#chats.find(({ id }) => id === this.#current);
    const others = this.#chats.filter((chat) => chat !== known);
    if (question === undefined) this.#chats = others;
    else {
      const title = known?.named === true ? known.title : titleOf(question);
      const chat = { id: this.#current, title, named: known?.named ?? false, changed: this.#ports.now(), session };
      this.#chats = bounded(chat, others);
    }
    this.#save();
  }

  begin(): void {
    this.#current = this.#ports.newId();
    this.#save();
  }

  /** @returns whether it is there. */
  open(id: string): boolean {
    if (!this.#chats.some((chat) => chat.id === id)) return false;
    this.#current = id;
    this.#save();
    return true;
  }

  rename(id: string, title: string): void {
    this.#chats = this.#chats.map((chat) => (chat.id === id ? { ...chat, title: titleOf(title), named: true } : chat));
    this.#save();
  }

  /** Where it is the current one, a new one begins. */
  delete(id: string): void {
    this.#chats = this.#chats.filter((chat) => chat.id !== id);
    if (this.#current === id) this.#current = this.#ports.newId();
    this.#save();
  }

  #save(): void {
    this.#ports.save({ current: this.#current, chats: [...this.#chats] });
  }
}

const titleOf = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > longestTitle ? `${line.slice(0, longestTitle - 1)}…` : line;
};

/** The newest others that there is room for beside it. */
function bounded(chat: StoredChat, others: readonly StoredChat[]): StoredChat[] {
  const newest = [...others].sort((a, b) => b.changed - a.changed).slice(0, mostChats - 1);
  let left = mostCharacters - sizeOf(chat);
  const kept = newest.filter((other) => {
    left -= sizeOf(other);
    return left >= 0;
  });
  return [chat, ...kept];
}

const sizes = new WeakMap<object, number>();
/** Measured once: what is stored of a conversation is made anew with each change. */
function sizeOf({ session }: StoredChat): number {
  if (typeof session !== 'object' || session === null) return 0;
  const known = sizes.get(session) ?? JSON.stringify(session).length;
  sizes.set(session, known);
  return known;
}
