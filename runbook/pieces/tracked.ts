import type { NamedFact } from '../document.ts';
import { precedes, type StepFact, type StepList, stepLists } from '../steps.ts';
import type { Surroundings } from '../surroundings.ts';
import { toJson } from '../syntax/tree.ts';
import type { Whole } from '../whole.ts';
import { needsIn } from './facts.ts';
import { Piece } from './piece.ts';

/** What a check asked, each with what can be seen of the answer. */
export type Asked = Map<string, unknown>;

/** The state of a runbook that questions are answered from. */
export interface Answers {
  readonly whole: Whole;
  readonly around: Surroundings;
  steps(): readonly StepFact[];
  /** Any step at the top of a list says what it needs. */
  needs(): boolean;
  /** Grows whenever anything changes that one piece can learn of another. */
  readonly generation: number;
  /** All pieces have been read: what is not there is missing. */
  readonly complete: boolean;
}

/**
 * The whole as one check sees it: every question is written down, so that after an edit only those are checked again
 * who asked what is answered differently now. Checks do not nest, so one of these serves them all.
 */
export class Tracker {
  readonly whole: Whole;
  readonly around: Surroundings;
  #answers: () => Answers;
  #asked: Asked | undefined;
  #piece: Piece | undefined;
  /** Digests, for as long as the answers are the same. */
  readonly #digests = new Map<string, unknown>();
  /** Something was asked that cannot be known before all has been read. */
  unsure = false;

  constructor(answers: () => Answers) {
    this.#answers = answers;
    const whole = () => answers().whole;
    const ask = (question: string) => this.#ask(question);
    const all = (question: string) => {
      if (!answers().complete) this.unsure = true;
      ask(question);
    };
    const named = <T>(question: string, fact: T | undefined): T | undefined => {
      if (fact === undefined) all(question);
      else ask(question);
      return fact;
    };
    this.whole = {
      step: (id) => {
        const step = named(`step:${id}`, whole().step(id));
        if (step) ask(`side:${id}`);
        return step;
      },
      stepsNamed: (id) => {
        const steps = whole().stepsNamed(id);
        all(steps.length > 1 ? 'all' : `named:${id}`);
        return steps;
      },
      steps: () => {
        all('all');
        return whole().steps();
      },
      input: (name) => named(`input:${name}`, whole().input(name)),
      inputs: () => {
        all('inputs');
        return whole().inputs();
      },
      secret: (name) => named(`secret:${name}`, whole().secret(name)),
      secrets: () => {
        all('secrets');
        return whole().secrets();
      },
      target: (name) => named(`target:${name}`, whole().target(name)),
      targets: () => {
        all('targets');
        return whole().targets();
      },
      variable: (name) => named(`variable:${name}`, whole().variable(name)),
      rollsBack: () => {
        all('rolls-back');
        return whole().rollsBack();
      },
      any: (list) => {
        const any = whole().any(list);
        if (any) ask(`any:${list}`);
        else all(`any:${list}`);
        return any;
      },
      count: (list) => {
        all(`count:${list}`);
        return whole().count(list);
      },
      has: (key) => {
        const has = whole().has(key);
        if (has) ask(`has:${key}`);
        else all(`has:${key}`);
        return has;
      },
      readable: () => {
        all('readable');
        return whole().readable();
      },
      comesFirst: (target, from) => {
        // Inside one step all is read and checked together.
        if (target.parent === undefined || from.parent === undefined) {
          all(`needs:${from.list}`);
          if (this.#digest(`needs:${from.list}`) === 'none') return precedes(target, from);
          this.before(from.part);
        }
        return whole().comesFirst(target, from);
      },
    };
    this.around = {
      get targets() {
        ask('around');
        return answers().around.targets;
      },
      get packsOff() {
        ask('around');
        return answers().around.packsOff ?? [];
      },
      called: (path) => {
        ask('around');
        return answers().around.called(path);
      },
    };
  }

  /** Everything that `check` asks is written into `asked`. */
  during<T>(piece: Piece | undefined, asked: Asked, check: () => T): T {
    this.#piece = piece;
    this.#asked = asked;
    try {
      return check();
    } finally {
      this.#asked = undefined;
    }
  }

  /** How many items stand in front of a part of a list was asked for. */
  before(part: StepFact['part']): void {
    if (!this.#asked) return;
    this.#ask(part === this.#piece ? 'before' : 'all');
  }

  /** The answers may have changed. */
  forget(): void {
    this.#digests.clear();
  }

  holds(piece: Piece | undefined, asked: Asked): boolean {
    this.#piece = piece;
    for (const [question, answer] of asked) if (this.#answer(question) !== answer) return false;
    return true;
  }

  #ask(question: string): void {
    const asked = this.#asked;
    if (asked && !asked.has(question)) asked.set(question, this.#answer(question));
  }

  #answer(question: string): unknown {
    if (question === 'before') return this.#piece?.before;
    if (question.startsWith('side:')) {
      const part = this.#answers().whole.step(question.slice(5))?.part;
      return Math.sign((part?.index ?? 0) - (this.#piece?.index ?? 0));
    }
    return this.#digest(question);
  }

  #digest(question: string): unknown {
    if (this.#digests.has(question)) return this.#digests.get(question);
    const digest = this.#look(question);
    this.#digests.set(question, digest);
    return digest;
  }

  #look(question: string): unknown {
    const { whole, around, generation } = this.#answers();
    const colon = question.indexOf(':');
    const kind = colon < 0 ? question : question.slice(0, colon);
    const name = question.slice(colon + 1);
    const list = stepLists.find((one) => one === name) ?? 'steps';
    switch (kind) {
      case 'around':
        return around;
      case 'step':
        return seen(whole.step(name));
      case 'named':
        return whole.stepsNamed(name).map(seen).join();
      case 'input':
        return told([whole.input(name)]);
      case 'inputs':
        return told(whole.inputs());
      case 'secret':
        return told([whole.secret(name)]);
      case 'secrets':
        return told(whole.secrets());
      case 'target':
        return told([whole.target(name)]);
      case 'targets':
        return told(whole.targets());
      case 'variable':
        return told([whole.variable(name)]);
      case 'rolls-back':
        return whole.rollsBack();
      case 'any':
        return whole.any(list);
      case 'count':
        return whole.count(list);
      case 'has':
        return whole.has(name);
      case 'readable':
        return whole.readable();
      case 'needs':
        return this.#answers().needs() ? needsOf(this.#answers().steps(), list) : 'none';
      default:
        return generation;
    }
  }
}

/** All that can be seen of a step, with everything around and inside it. */
function seen(step: StepFact | undefined): unknown {
  if (!step) return undefined;
  return step.part instanceof Piece ? step.part.facts?.seen : step;
}

function told(facts: readonly (NamedFact | undefined)[]): string {
  return JSON.stringify(facts.map((fact) => fact && [fact.name, toJson(fact.node)]));
}

/** Without `needs` the order of a list is all there is. */
function needsOf(steps: readonly StepFact[], list: StepList): string {
  const top = steps.filter((step) => step.list === list && !step.parent);
  if (!top.some(needsIn)) return 'none';
  return JSON.stringify(
    top.map((step) => {
      const needs = needsIn(step);
      return [step.id?.name ?? null, needs ? toJson(needs) : null];
    }),
  );
}
