import { Moments } from '../stats/moments.ts';
import type { Features } from './features.ts';

/** Words that are learned; what comes new after that counts as unknown. */
const mostWords = 200_000;

interface Class {
  rows: number;
  words: number;
  readonly counts: Map<string, number>;
  readonly numbers: readonly Moments[];
}

/**
 * Naive Bayes: words by how often they come in a class (multinomial, one added to every count), numbers by a normal distribution in each.
 * It learns row by row, and forgets nothing.
 */
export class NaiveBayes {
  readonly #classes = new Map<string, Class>();
  readonly #vocabulary = new Set<string>();
  readonly #numbers: number;
  /** Over all classes: the least spread that one is believed to have comes from it. */
  readonly #overall: readonly Moments[];
  #rows = 0;

  constructor(numbers: number) {
    this.#numbers = numbers;
    this.#overall = moments(numbers);
  }

  get classes(): readonly string[] {
    return [...this.#classes.keys()];
  }

  learn(label: string, { words, numbers }: Features): void {
    const known = this.#classes.get(label) ?? { rows: 0, words: 0, counts: new Map<string, number>(), numbers: moments(this.#numbers) };
    this.#classes.set(label, known);
    known.rows++;
    this.#rows++;
    for (const word of words) {
      if (!this.#vocabulary.has(word)) {
        if (this.#vocabulary.size >= mostWords) continue;
        this.#vocabulary.add(word);
      }
      known.words++;
      known.counts.set(word, (known.counts.get(word) ?? 0) + 1);
    }
    for (const [at, value] of numbers.entries()) {
      if (!Number.isFinite(value)) continue;
      known.numbers[at]?.add(value);
      this.#overall[at]?.add(value);
    }
  }

  /** The likeliest class, and how likely it is by this model, 0 to 1. Undefined before anything was learned. */
  classify({ words, numbers }: Features): { readonly label: string; readonly confidence: number } | undefined {
    const known = words.filter((word) => this.#vocabulary.has(word));
    const scores = [...this.#classes].map(([label, one]) => {
      let score = Math.log(one.rows / this.#rows);
      for (const word of known) score += Math.log(((one.counts.get(word) ?? 0) + 1) / (one.words + this.#vocabulary.size + 1));
      for (const [at, value] of numbers.entries()) if (Number.isFinite(value)) score += this.#density(one, at, value);
      return { label, score };
    });
    const [first] = scores.sort((a, b) => b.score - a.score);
    if (!first) return undefined;
    const sum = scores.reduce((total, { score }) => total + Math.exp(score - first.score), 0);
    return { label: first.label, confidence: 1 / sum };
  }

  #density(one: Class, at: number, value: number): number {
    const overall = this.#overall[at];
    const own = one.numbers[at];
    if (!overall || overall.count < 2 || !(overall.deviation > 0)) return 0;
    // A class with one value only would rule out everything else.
    const deviation = Math.max(own && own.count > 1 ? own.deviation : overall.deviation, overall.deviation * 1e-3);
    const z = (value - (own && own.count > 0 ? own.mean : overall.mean)) / deviation;
    // No single number outweighs everything.
    return Math.max(-30, -0.5 * z * z) - Math.log(deviation);
  }
}

const moments = (count: number): readonly Moments[] => Array.from({ length: count }, () => new Moments());
