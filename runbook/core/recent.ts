/** What was worked out for the texts seen last, for functions whose answer follows from the text alone. Long texts are not kept. */
export class Recent<Value> {
  readonly #known = new Map<string, Value>();
  readonly #most: number;
  readonly #longest: number;

  constructor(most: number, longest: number) {
    this.#most = most;
    this.#longest = longest;
  }

  of(text: string, make: () => Value): Value {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = make();
    if (text.length > this.#longest) return made;
    this.#known.set(text, made);
    const oldest = this.#known.size > this.#most ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    return made;
  }
}
