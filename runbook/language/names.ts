import type { Analysis } from '../analyse.ts';
import type { Document, StepFact } from '../document.ts';
import type { ExpressionSite } from '../expressions.ts';
import type { Range } from '../syntax/lines.ts';
import { contentRange } from '../syntax/scalar.ts';
import { type Entry, entriesOf, entryRange, itemsOf, type Node, type ScalarNode, stringOf, valueIn } from '../syntax/tree.ts';
import { type Loop, loopOf, loopsAround } from './loops.ts';
import { looseReferences } from './loose-references.ts';
import { holds } from './pointed.ts';

export type NameKind =
  | 'step'
  | 'input'
  | 'secret'
  | 'variable'
  /** Of a step. */
  | 'output'
  /** Of the runbook: under `outputs` at the top. */
  | 'result'
  | 'target'
  | 'loop'
  /** These two stand for files and are declared elsewhere. */
  | 'action'
  | 'runbook';

export interface Definition {
  /** Of the bare name, without quotes. */
  readonly range: Range;
  /** All that is declared under the name. */
  readonly whole: Range;
}

/** A name that the author gave, or tried to refer to. */
export interface Name {
  readonly kind: NameKind;
  /** As declared; as first referred to where nothing declares it. */
  readonly name: string;
  /** More than one where two declare the same name; none where nothing in the file does. */
  readonly definitions: readonly Definition[];
  readonly references: readonly Range[];
  /** Whose output it is; of an input in the `with` of a `call`: the step that calls. */
  readonly step?: StepFact;
  /** Declared in the runbook that is called by this path. */
  readonly called?: string;
}

/** A place in the text where names stand: more than one only where an alias repeats an expression and each copy means another. */
export interface Spot {
  readonly range: Range;
  readonly names: readonly Name[];
  readonly declares: boolean;
}

/** Every name of a file with its places. Names ignore case, as they do in a run. */
export interface NameIndex {
  readonly names: readonly Name[];
  /** In the order of the text. */
  readonly spots: readonly Spot[];
  at(offset: number): Spot | undefined;
}

const indexes = new WeakMap<Analysis, NameIndex>();

/** Made when first asked for, once for each analysis. */
export function namesOf(analysis: Analysis): NameIndex {
  let index = indexes.get(analysis);
  if (!index) {
    const builder = new Builder(analysis.document);
    for (const site of analysis.expressions) builder.refer(site);
    index = builder.index();
    indexes.set(analysis, index);
  }
  return index;
}

interface Growing extends Name {
  readonly definitions: Definition[];
  readonly references: Range[];
}
interface GrowingSpot extends Spot {
  readonly names: Growing[];
}

class Builder {
  readonly #document: Document;
  readonly #names = new Map<string, Growing>();
  readonly #spots = new Map<number, GrowingSpot>();
  readonly #steps = new Map<string, StepFact>();
  readonly #entries = new Map<Node, ReadonlyMap<string, Entry>>();

  constructor(document: Document) {
    this.#document = document;
    const { root, steps, secrets } = document;
    for (const entry of entriesOf(valueIn(root, 'targets'))) this.#declareEntry('target', `target ${lower(entry)}`, entry);
    for (const entry of entriesOf(valueIn(root, 'outputs'))) this.#declareEntry('result', `result ${lower(entry)}`, entry);
    for (const entry of entriesOf(valueIn(root, 'inputs'))) this.#declareEntry('input', `input ${lower(entry)}`, entry);
    for (const { name, node } of secrets)
      if (node.kind === 'scalar') this.#declare('secret', `secret ${name.toLowerCase()}`, name, node, node.range);
    this.#declareEnv(root);
    for (const step of steps) {
      this.#declareEnv(step.node);
      if (step.id) {
        const id = step.id.name.toLowerCase();
        if (!this.#steps.has(id)) this.#steps.set(id, step);
        this.#declare('step', `step ${id}`, step.id.name, step.id.node, step.node.range);
      }
      for (const entry of entriesOf(valueIn(step.node, 'outputs'))) this.#declareEntry('output', own(entry), entry, step);
      if (step.verb === 'set')
        for (const entry of entriesOf(valueIn(step.node, 'set'))) this.#declareEntry('output', own(entry), entry, step);
      const loop = step.verb === 'for-each' ? loopOf(step) : undefined;
      if (loop?.node) this.#declare('loop', loopKey(loop), loop.name, loop.node, loop.node.range);
    }
    for (const trigger of itemsOf(valueIn(root, 'triggers')))
      for (const { value } of entriesOf(trigger))
        for (const { key } of entriesOf(valueIn(value, 'with'))) this.#referNode('input', `input ${key.source.toLowerCase()}`, key);
    // Those who refer come after all that is declared: a name is written as its declaration writes it.
    for (const step of steps) this.#referBeside(step);
  }

  /** What a step refers to outside expressions. */
  #referBeside(step: StepFact): void {
    const { node } = step;
    this.#referNode('target', undefined, valueIn(node, 'target'));
    for (const item of itemsOf(valueIn(node, 'needs'))) this.#referNode('step', undefined, item);
    for (const item of itemsOf(valueIn(node, 'secret-outputs'))) {
      const name = stringOf(item)?.toLowerCase();
      const declared = name === undefined ? undefined : this.#output(step, name);
      if (declared) this.#referNode('output', own(declared), item, { step });
    }
    if (step.verb === 'uses') this.#referNode('action', undefined, valueIn(node, 'uses'));
    if (step.verb === 'agent')
      for (const item of itemsOf(valueIn(valueIn(node, 'agent'), 'tools'))) this.#referNode('action', undefined, item);
    const path = step.verb === 'call' ? stringOf(valueIn(node, 'call')) : undefined;
    if (path === undefined) return;
    this.#referNode('runbook', `runbook ${path}`, valueIn(node, 'call'), { called: path });
    for (const { key, merged } of entriesOf(valueIn(node, 'with')))
      if (!merged) this.#referNode('input', `called ${path} ${key.source.toLowerCase()}`, key, { step, called: path });
  }

  #referNode(kind: NameKind, key: string | undefined, node: Node | undefined, more: Pick<Name, 'step' | 'called'> = {}): void {
    const text = stringOf(node);
    // An alias repeats what is referred to at its anchor.
    if (text === undefined || text === '' || node?.kind !== 'scalar' || text.includes('${{')) return;
    const range = contentRange(this.#document.text, node);
    this.#refer(kind, key ?? `${kind} ${text.toLowerCase()}`, text, range, more);
  }

  /** What a step declares by itself under a name. */
  #output(step: StepFact, name: string): Entry | undefined {
    return (
      this.#find(valueIn(step.node, 'outputs'), name) ?? (step.verb === 'set' ? this.#find(valueIn(step.node, 'set'), name) : undefined)
    );
  }

  refer(site: ExpressionSite): void {
    const loops = loopsAround(site.step);
    const names = loops.map(({ name }) => name);
    for (const { context, segments, start } of site.parsed.ok ? site.references : looseReferences(site.source, names)) {
      const [first, second, third] = segments;
      const loop = loops.find(({ name }) => name.toLowerCase() === context.toLowerCase());
      if (loop) {
        this.#refer('loop', loopKey(loop), loop.name, site.locate(start, start + context.length));
        continue;
      }
      if (!first) continue;
      const name = first.name.toLowerCase();
      const range = site.locate(first.start, first.end);
      if (context === 'inputs') this.#refer('input', `input ${name}`, first.name, range);
      else if (context === 'secrets') this.#refer('secret', `secret ${name}`, first.name, range);
      else if (context === 'env') this.#refer('variable', this.#variable(site, name), first.name, range);
      else if (context === 'steps') {
        this.#refer('step', `step ${name}`, first.name, range);
        if (second?.name.toLowerCase() !== 'outputs' || !third) continue;
        const step = this.#steps.get(name);
        const declared = step && this.#output(step, third.name.toLowerCase());
        const key = declared ? own(declared) : `output ${name} ${third.name.toLowerCase()}`;
        const called = step?.verb === 'call' && !declared ? stringOf(valueIn(step.node, 'call')) : undefined;
        this.#refer('output', key, third.name, site.locate(third.start, third.end), { step, called });
      }
    }
  }

  index(): NameIndex {
    const spots = [...this.#spots.values()].sort((a, b) => a.range.start - b.range.start);
    return {
      names: [...this.#names.values()],
      spots,
      at(offset) {
        let low = 0;
        let high = spots.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if ((spots[middle]?.range.start ?? 0) <= offset) low = middle + 1;
          else high = middle;
        }
        const spot = spots[low - 1];
        return spot && holds(spot.range, offset) ? spot : undefined;
      },
    };
  }

  /** The layers of `env` as a run lays them: the runbook's, that of the step which is undone, the step's own; a layer sees those below it. */
  #variable({ place, step }: ExpressionSite, name: string): string {
    const layers = [this.#document.root, step?.undoes?.node, step?.node];
    if (place === 'env') layers[step ? 2 : 0] = undefined;
    const entry = layers.reduceRight<Entry | undefined>((found, node) => found ?? this.#find(valueIn(node, 'env'), name), undefined);
    return entry ? own(entry) : `variable ${name}`;
  }

  /** By an index of each map: a long one is looked into by every reference. */
  #find(node: Node | undefined, name: string): Entry | undefined {
    if (!node) return undefined;
    let index = this.#entries.get(node);
    if (!index) {
      // Of two that differ in case alone the first is meant: written last, it stays.
      index = new Map(
        entriesOf(node)
          .toReversed()
          .map((entry) => [lower(entry), entry]),
      );
      this.#entries.set(node, index);
    }
    return index.get(name);
  }

  #declareEnv(node: Node | undefined): void {
    for (const entry of entriesOf(valueIn(node, 'env'))) this.#declareEntry('variable', own(entry), entry);
  }

  #declareEntry(kind: NameKind, key: string, entry: Entry, step?: StepFact): void {
    if (entry.merged && kind !== 'variable' && kind !== 'output') return;
    this.#declare(kind, key, entry.key.source, entry.key, entryRange(entry), step);
  }

  #declare(kind: NameKind, key: string, text: string, node: ScalarNode, whole: Range, step?: StepFact): void {
    const range = contentRange(this.#document.text, node);
    const name = this.#name(kind, key, text, { step });
    if (this.#place(range, name, true)) name.definitions.push({ range, whole });
  }

  #refer(kind: NameKind, key: string, text: string, range: Range, more: Pick<Name, 'step' | 'called'> = {}): void {
    const name = this.#name(kind, key, text, more);
    if (this.#place(range, name, false)) name.references.push(range);
  }

  #name(kind: NameKind, key: string, name: string, more: Pick<Name, 'step' | 'called'>): Growing {
    let found = this.#names.get(key);
    if (!found) {
      found = { kind, name, definitions: [], references: [], ...more };
      this.#names.set(key, found);
    }
    return found;
  }

  /** False where the name is known to stand there already: an alias leads to the same text again. */
  #place(range: Range, name: Growing, declares: boolean): boolean {
    const spot = this.#spots.get(range.start);
    if (!spot) {
      this.#spots.set(range.start, { range, names: [name], declares });
      return true;
    }
    if (spot.names.includes(name)) return false;
    spot.names.push(name);
    return true;
  }
}

/** Where it is written tells one declaration from another, also when an alias brings it to several steps. */
const own = (entry: Entry) => `at ${entry.key.range.start}`;
const loopKey = ({ step }: Loop) => `loop ${step.list} ${step.part.index} ${step.order}`;
const lower = (entry: Entry) => entry.key.source.toLowerCase();
