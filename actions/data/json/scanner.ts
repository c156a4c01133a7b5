/**
 * Cuts the items out of a JSON document that comes in pieces, so that none of them has to wait for its end. Only the place of an item is
 * found here; JSON.parse says whether it is one. Libraries that stream JSON build it token by token, which is many times slower.
 * 1. What is before `#at` was looked at; after each piece it is forgotten, but for what began at `#start`.
 * 2. `#depth` counts the brackets that are open at `#at`, outside of texts.
 * 3. `#entered` segments of the path lead to where `#at` stands: as many brackets are open on the way.
 */
export class ItemScanner {
  readonly #path: readonly string[];
  readonly #item: (text: string) => void;
  #text = '';
  #at = 0;
  /** Where the item, key or nothing that is being read begins. */
  #start = -1;
  #line = 1;
  #depth = 0;
  #entered = 0;
  #inText = false;
  #key: string | undefined;
  #expectKey = false;
  #comma = false;
  #state: 'seeking' | 'list' | 'single' | 'done' | 'missed' = 'seeking';

  /** `path`: names of members that lead to the list, outermost first. A value that is no list is the only item. */
  constructor(path: readonly string[], item: (text: string) => void) {
    this.#path = path;
    this.#item = item;
  }

  /** The document ended, or left the way, before the path led to anything. */
  get missed(): boolean {
    return this.#state === 'missed' || this.#state === 'seeking';
  }

  /** Where what is being read begins, or the item that is being given. */
  get line(): number {
    return this.#line + lines(this.#text, this.#start < 0 ? this.#at : this.#start);
  }

  /** Characters kept. */
  get length(): number {
    return this.#text.length;
  }

  push(text: string): void {
    this.#text += text;
    while (this.#at < this.#text.length && this.#state !== 'missed') {
      const code = this.#text.charCodeAt(this.#at);
      if (this.#inText) this.#throughText();
      else if (this.#state === 'seeking') this.#seek(code);
      else if (this.#state === 'done') this.#behind(code);
      else this.#collect(code);
    }
    this.#forget();
  }

  /** True where the list, or the only item, was whole. */
  finish(): boolean {
    if (this.#state === 'single' && this.#start >= 0 && this.#depth === this.#entered && !this.#inText) {
      this.#give(this.#text.length);
      this.#state = 'done';
    }
    return this.#state === 'done';
  }

  #throughText(): void {
    const quote = this.#text.indexOf('"', this.#at);
    if (quote < 0) {
      this.#at = this.#text.length;
      return;
    }
    let slashes = 0;
    while (this.#text.charCodeAt(quote - 1 - slashes) === 92) slashes++;
    this.#at = quote + 1;
    if (slashes % 2 === 1) return;
    this.#inText = false;
    if (this.#state !== 'seeking') return;
    this.#key = this.#text.slice(this.#start, this.#at);
    this.#start = -1;
  }

  /** Here all that matters is the way: which member of which object. */
  #seek(code: number): void {
    if (isBlank(code)) {
      this.#at++;
      return;
    }
    if (this.#entered === this.#path.length && this.#depth === this.#entered && !this.#expectKey) {
      const list = code === 91;
      this.#state = list ? 'list' : 'single';
      if (list) {
        this.#depth++;
        this.#at++;
      }
      return;
    }
    const onWay = this.#depth === this.#entered + 1;
    if (code === 34) {
      this.#inText = true;
      this.#start = this.#at;
    } else if (code === 123 || code === 91) {
      // Into a list the path does not lead.
      this.#depth++;
      this.#expectKey = code === 123 && this.#depth === this.#entered + 1;
    } else if (code === 125 || code === 93) {
      this.#depth--;
      this.#expectKey = false;
      if (this.#depth <= this.#entered) this.#state = 'missed';
    } else if (code === 44) {
      // What a segment led to is over and was no object.
      if (this.#depth === this.#entered) this.#state = 'missed';
      if (onWay) this.#expectKey = true;
    } else if (code === 58 && onWay && this.#expectKey) {
      this.#expectKey = false;
      if (sameText(this.#key, this.#path[this.#entered])) this.#entered++;
    }
    this.#at++;
  }

  /** Behind a whole document there is nothing more; behind a list inside of one is what nobody asked for. */
  #behind(code: number): void {
    if (this.#path.length === 0 && !isBlank(code)) this.#item('');
    this.#at = this.#path.length === 0 ? this.#at + 1 : this.#text.length;
  }

  #collect(code: number): void {
    const level = this.#state === 'list' ? this.#entered + 1 : this.#entered;
    if (this.#depth === level && (code === 44 || code === 93 || code === 125)) {
      const end = code !== 44 || this.#state === 'single';
      // An empty list has no item; behind a comma there must be one.
      if (this.#start >= 0 || code === 44 || this.#comma) this.#give(this.#at);
      this.#comma = code === 44;
      if (end) this.#state = 'done';
      this.#at++;
      return;
    }
    if (this.#start < 0 && !isBlank(code)) this.#start = this.#at;
    if (code === 34) this.#inText = true;
    else if (code === 123 || code === 91) this.#depth++;
    else if (code === 125 || code === 93) this.#depth--;
    this.#at++;
  }

  #give(end: number): void {
    this.#item(this.#start < 0 ? '' : this.#text.slice(this.#start, end));
    this.#start = -1;
  }

  #forget(): void {
    const keep = this.#start >= 0 ? this.#start : this.#at;
    if (keep === 0) return;
    this.#line += lines(this.#text, keep);
    this.#text = this.#text.slice(keep);
    this.#at -= keep;
    if (this.#start >= 0) this.#start -= keep;
  }
}

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function lines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function sameText(key: string | undefined, name: string | undefined): boolean {
  if (key === undefined || name === undefined) return false;
  try {
    return JSON.parse(key) === name;
  } catch {
    return false;
  }
}
