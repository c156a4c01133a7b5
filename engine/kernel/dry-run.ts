import { milliseconds } from '../../runbook/core/duration.ts';
import { type Problem, ProblemError } from '../../runbook/core/errors.ts';
import { bareExpression, type Contexts, parseExpression, resolveRecord, resolveText } from '../../runbook/core/expression.ts';
import { checkInputs } from '../../runbook/core/inputs.ts';
import type { Json } from '../../runbook/core/json.ts';
import type { InputSpec, Risk, Step } from '../../runbook/core/model.ts';
import { type PhaseList, type Planned, type PlannedList, phaseLists, planOf } from '../../runbook/core/plan.ts';
import { resolveTarget } from './connect.ts';
import { contextsOf, environmentOf, evaluated, holds, withEnvironment } from './contexts.ts';
import { problemOf } from './enter.ts';
import { newFrame } from './evolve.ts';
import { fileOf, frameAt, passPath, resultKey, rootFrame } from './frames.ts';
import { checkedInputs, givenInputs } from './given-inputs.ts';
import { knower, type Unknowns, type When, whenOfText, whenOfValue } from './known.ts';
import { approvalOf, question, whyAsk } from './question.ts';
import type { Request } from './request.ts';
import { messageOf, resolveStep } from './resolve.ts';
import { riskOf, writtenRisk } from './risk.ts';
import { rank } from './risk-rank.ts';
import { actionIn, calledFrom, type RunbookFile } from './snapshot.ts';
import type { State } from './state.ts';
import { writtenTarget } from './targets.ts';
import type { Turn } from './turn.ts';

/** An expression that stays as it is written, and when what it needs is known. */
export interface Later {
  readonly expression: string;
  readonly when: When;
}

/** What a step would do, as far as it can be told before the run. */
export interface DryStep {
  /** As in a run, but that `[]` stands for every item and pass. */
  readonly path: string;
  readonly planned: Planned;
  readonly phase: PhaseList;
  /** The runbook it is written in, where that is one that is called. */
  readonly file?: string;
  readonly inside?: string;
  /** What has to be so for its turn to come at all, in words. */
  readonly when?: string;
  /** Its own `if`; `holds` is absent where that is not known yet. */
  readonly condition?: { readonly expression: string; readonly holds?: boolean };
  /** None for a step that is skipped, and for one that fails (`problem`). Texts that are known later stand as written. */
  readonly request?: Request;
  readonly risk: Risk;
  readonly asks?: {
    readonly reason: 'author' | 'policy';
    readonly message: string;
    readonly approvers?: readonly string[];
    readonly unresolved?: readonly string[];
    readonly min?: number;
  };
  readonly later: readonly Later[];
  /** Of a loop: how many items there are, where that is known. */
  readonly items?: number;
  /** Its turn comes in every run, once, if nothing fails. */
  readonly certain: boolean;
  readonly problem?: Problem;
}

interface Place extends Unknowns {
  readonly phase: PhaseList;
  readonly prefix: string;
  readonly file?: string;
  readonly inside?: string;
  readonly when?: string;
  readonly certain: boolean;
  /** The risk that is seen with the step that this one stands in for. */
  readonly covered?: Risk;
}

/**
 * Every step that a run could come to, in the order written, with what it would do: a loop's steps once, every branch, what is called. `state` is that after
 * `run-started` and is used up. Nothing is guessed: what needs a result that only the run gives is said to be known later. At most `most` steps.
 */
export function dryRun(state: State, time: number, most = 5000): readonly DryStep[] {
  const found: DryStep[] = [];
  const only = state.start?.only;
  const root: Omit<Place, 'phase'> = { frame: rootFrame, inputs: new Map(), items: new Map(), prefix: '', certain: true };
  const look = new Look(state, time, most, found);
  if (only === undefined) look.runbook(state.snapshot, root);
  else {
    const planned = planOf(state.snapshot.runbook).steps.get(only);
    if (planned !== undefined) look.step(planned, { ...root, phase: 'steps' });
  }
  return found;
}

const cleanup: Readonly<Partial<Record<PhaseList, string>>> = {
  'on-failure': 'after a failure',
  'on-cancel': 'when the run is cancelled',
};

class Look {
  readonly #state: State;
  readonly #time: number;
  readonly #most: number;
  readonly #found: DryStep[];

  constructor(state: State, time: number, most: number, found: DryStep[]) {
    this.#state = state;
    this.#time = time;
    this.#most = most;
    this.#found = found;
  }

  runbook({ runbook }: RunbookFile, place: Omit<Place, 'phase'>): void {
    const { lists } = planOf(runbook);
    for (const phase of phaseLists) {
      const when = cleanup[phase];
      const certain = place.certain && when === undefined;
      this.#list(lists.get(phase), { ...place, phase, certain, ...(when === undefined ? {} : { when }) });
    }
  }

  #list(list: PlannedList | undefined, place: Place): void {
    for (const planned of list?.steps ?? []) this.step(planned, place);
  }

  step(planned: Planned, place: Place): void {
    if (this.#found.length >= this.#most) return;
    const { step } = planned;
    const path = place.prefix === '' ? step.path : `${place.prefix}/${step.path}`;
    const later: Later[] = [];
    const whenOf = knower(this.#state, place, planned);
    const known = (source: string): boolean => {
      const parsed = parseExpression(source);
      const when = parsed.ok ? whenOf(parsed) : [];
      if (when.length > 0 && !later.some(({ expression }) => expression === source.trim())) later.push({ expression: source.trim(), when });
      return when.length === 0;
    };
    const turn: Turn = { where: `Step ${path}`, frame: place.frame, path, planned, attempt: 1, leave: ({ source }) => !known(source) };
    const { phase, file, inside, when } = place;
    const base = {
      path,
      planned,
      phase,
      later,
      ...(file === undefined ? {} : { file }),
      ...(inside === undefined ? {} : { inside }),
      ...(when === undefined ? {} : { when }),
    };
    const at = this.#found.length;
    let own: Own;
    try {
      const condition = this.#condition(turn, known);
      if (condition?.holds === false) {
        // What is skipped gives no outputs, and that is known.
        if (place.certain) frameAt(this.#state, place.frame).results[resultKey(planned)] = { outcome: 'skipped', outputs: {} };
        this.#found.push({ ...base, condition, risk: writtenRisk(this.#state.snapshot, step), certain: false });
        return;
      }
      const certain = place.certain && (condition === undefined || condition.holds === true);
      own = { certain, ...(condition === undefined ? {} : { condition }), ...this.#verb(turn, { ...place, certain }, known) };
    } catch (error) {
      own = { certain: place.certain, risk: writtenRisk(this.#state.snapshot, step), problem: problemOf(error) };
    }
    this.#found.splice(at, 0, { ...base, ...own });
    const fallback = this.#plan(place.frame).lists.get(`fallback/${step.path}`);
    this.#list(fallback, { ...place, inside: path, when: `when ${path} has failed for good`, certain: false, covered: own.risk });
  }

  #plan = (frame: string) => planOf(fileOf(this.#state, frame).runbook);

  #condition(turn: Turn, known: (source: string) => boolean): DryStep['condition'] {
    const expression = turn.planned.step.if;
    if (expression === undefined) return undefined;
    const { source } = bareExpression(expression);
    const written = { expression: source.trim() };
    return known(source) ? { ...written, holds: holds(this.#state, { ...turn, where: `${turn.where}, if` }, expression) } : written;
  }

  /** What the step itself does; the steps in it are added to what was found, behind the place where it will stand. */
  #verb(turn: Turn, place: Place, known: (source: string) => boolean): Omit<Own, 'certain' | 'condition'> {
    const { step } = turn.planned;
    const { verb } = step;
    if (step.timeout !== undefined) milliseconds(step.timeout);
    const gate = (opens: Extract<Request, { kind: 'gate' }>['opens']): Request => ({
      kind: 'gate',
      message: '',
      secretTexts: [],
      ...(opens === undefined ? {} : { opens }),
    });
    const lists = this.#plan(place.frame).lists;
    const inner: Place = { ...place, inside: turn.path };
    switch (verb.kind) {
      case 'parallel': {
        const own = this.#asked(turn, place, gate({ verb: 'parallel' }));
        this.#list(lists.get(step.path), without(inner));
        return own;
      }
      case 'for-each': {
        const { source } = bareExpression(verb.list);
        const items = known(source) ? evaluated(this.#state, { ...turn, where: `${turn.where}, for-each` }, verb.list) : undefined;
        const listed = Array.isArray(items) ? items : undefined;
        const request = items === undefined ? gate({ verb: 'parallel' }) : resolveStep(this.#state, turn).request;
        const own = this.#asked(turn, place, request);
        this.#pass(
          step,
          {
            ...inner,
            items: new Map([...place.items, [verb.as.toLowerCase(), 'for each item']]),
            certain: false,
            when: `for each item of ${source.trim()}`,
          },
          { name: verb.as, value: null },
        );
        return { ...own, ...(listed === undefined ? { request: undefined } : { items: listed.length }) };
      }
      case 'repeat': {
        const own = this.#asked(turn, place, gate({ verb: 'repeat' }));
        this.#pass(step, {
          ...inner,
          certain: false,
          when: `until ${bareExpression(verb.until).source.trim()}, at most ${verb.max ?? 100} times`,
        });
        return own;
      }
      case 'switch': {
        let taken: number | undefined;
        let open = true;
        for (const [index, branch] of verb.branches.entries()) {
          if (!open) break;
          const source = branch.if === undefined ? undefined : bareExpression(branch.if).source;
          if (source !== undefined && !known(source)) open = false;
          else if (branch.if === undefined || holds(this.#state, { ...turn, where: `${turn.where}, branch ${index + 1}` }, branch.if)) {
            taken = index;
            open = false;
          }
        }
        const decided = taken !== undefined || open;
        const own = this.#asked(turn, place, gate({ verb: 'switch', ...(taken === undefined ? {} : { branch: taken }) }));
        for (const [index, branch] of verb.branches.entries()) {
          if (decided && index !== taken) continue;
          const when = branch.if === undefined ? 'else' : `if ${bareExpression(branch.if).source.trim()}`;
          this.#list(lists.get(`${step.path}/#${index + 1}`), { ...inner, when, certain: place.certain && decided });
        }
        return own;
      }
      case 'call':
      case 'uses': {
        const called = calledFrom(this.#state.snapshot, fileOf(this.#state, place.frame).folder, step);
        if (called !== undefined) return this.#call(turn, inner, called);
        break;
      }
      case 'wait': {
        if (verb.until !== undefined) known(bareExpression(verb.until).source);
        break;
      }
      default:
    }
    const request = this.#request(turn, place);
    const own = this.#asked(turn, place, request);
    if (
      verb.kind === 'set' &&
      request.kind === 'gate' &&
      request.opens?.verb === 'set' &&
      place.certain &&
      Object.keys(step.outputs).length === 0
    ) {
      const texts = Object.values(verb.values).every((value) => whenOfValue(value, knower(this.#state, place, turn.planned)).length === 0);
      if (texts) frameAt(this.#state, place.frame).results[resultKey(turn.planned)] = { outcome: 'success', outputs: request.opens.values };
    }
    return own;
  }

  /** As the step would be asked for; what is known later stays as written, and is held against no type. */
  #request(turn: Turn, place: Place): Request {
    const { step } = turn.planned;
    const whenOf = knower(this.#state, place, turn.planned);
    const written = writtenTarget(this.#state, turn.planned);
    const elsewhere = written !== undefined && whenOfText(written, whenOf).length > 0;
    // Which target is known later: everything but that is resolved.
    const seen: Turn = elsewhere ? { ...turn, planned: { ...turn.planned, step: { ...step, target: 'local' } } } : turn;
    const { verb } = step;
    const own = verb.kind === 'uses' ? actionIn(this.#state.snapshot, verb.action)?.own : undefined;
    const typed = own !== undefined && verb.kind === 'uses' && (elsewhere || whenOfValue(verb.with, whenOf).length > 0);
    const request = typed ? this.#ownLater(seen, verb) : resolveStep(this.#state, seen).request;
    if (!elsewhere || request.kind === 'gate') return request;
    // Says when it is known.
    resolveText(written, contextsOf(this.#state, turn));
    return { ...request, target: written };
  }

  /** A script of one's own some of whose inputs are known later: what it is given. */
  #ownLater(turn: Turn, verb: Extract<Step['verb'], { kind: 'uses' }>): Request {
    const contexts = this.#contexts(turn);
    const input = resolveRecord(verb.with, { ...contexts, where: `${contexts.where}, with`, secretsAllowed: true }, '/with');
    const { secretTexts, ...target } = resolveTarget(this.#state, turn.frame, turn.planned, contexts);
    const { snapshot } = this.#state;
    return {
      kind: 'action',
      action: verb.action,
      with: input.value,
      workingDirectory: fileOf(this.#state, turn.frame).folder,
      workspace: snapshot.workspace ?? snapshot.folder,
      env: {},
      ...target,
      secretTexts: [...input.secretTexts, ...secretTexts],
    };
  }

  #contexts(turn: Turn): Contexts {
    const bare = contextsOf(this.#state, turn);
    return withEnvironment(bare, environmentOf(this.#state, turn.frame, turn.planned, bare));
  }

  /** A runbook that is called, or an action that is made of steps: its own frame, in which inputs may be known later. */
  #call(turn: Turn, place: Place, called: RunbookFile): Omit<Own, 'certain' | 'condition'> {
    const state = this.#state;
    const { planned, path } = turn;
    const { verb } = planned.step;
    if (verb.kind !== 'call' && verb.kind !== 'uses') throw new Error(`${path} calls nothing`);
    const contexts = this.#contexts(turn);
    const whenOf = knower(state, place, planned);
    const specs = called.runbook.inputs;
    const unknown = new Map<string, string>();
    for (const [name, value] of Object.entries(verb.with)) {
      const [first] = whenOfValue(value, whenOf);
      if (first !== undefined) unknown.set(name.toLowerCase(), first);
    }
    const open = Object.fromEntries(
      Object.entries(specs).map(([name, spec]): [string, InputSpec] => [name, unknown.has(name.toLowerCase()) ? { type: 'string' } : spec]),
    );
    const action = verb.kind === 'uses' ? verb.action : undefined;
    const given =
      action === undefined
        ? { inputs: plain(resolveRecord(verb.with, { ...contexts, where: `${contexts.where}, with` }).value, open), secretInputs: {} }
        : checkedInputs(action, open, givenInputs(action, verb.with, contexts));
    const secretTexts = Object.entries(given.secretInputs).map(([name, parts]) => ({ at: `/opens/inputs/${name}`, parts }));
    const request: Request = {
      kind: 'gate',
      message: messageOf(planned.step, contexts),
      opens: { verb: 'call', file: called.file, inputs: given.inputs, ...(action === undefined ? {} : { action }) },
      secretTexts,
    };
    const own = this.#asked(turn, place, request);
    state.frames[path] = newFrame({
      file: called.file,
      around: place.frame,
      inputs: given.inputs,
      results: {},
      ...(action === undefined ? {} : { action, secretInputs: given.secretInputs }),
    });
    state.steps[path] = {
      of: planned.step.path,
      frame: place.frame,
      list: '',
      index: 0,
      at: { kind: 'ready' },
      seen: false,
      attempts: 0,
      before: 0,
      stopping: false,
    };
    const { covered: _covered, ...around } = without(place);
    this.runbook(called, { ...around, frame: path, prefix: path, file: called.file, inside: path, inputs: unknown, items: new Map() });
    return own;
  }

  #pass(step: Step, place: Place, item?: { readonly name: string; readonly value: Json }): void {
    const loop = place.inside ?? step.path;
    const frame = passPath(loop, 0);
    this.#state.frames[frame] = {
      kind: 'pass',
      around: place.frame,
      loop,
      index: 0,
      ...(item === undefined ? {} : { item }),
      results: {},
      keep: false,
    };
    this.#list(this.#plan(place.frame).lists.get(`${step.path}[]`), { ...place, frame });
  }

  #asked(turn: Turn, { covered }: Place, request: Request): Omit<Own, 'certain' | 'condition'> {
    const { step } = turn.planned;
    const risk = riskOf(this.#state, turn, request);
    const why = whyAsk(this.#state, turn, risk);
    const reason = why === 'policy' && covered !== undefined && rank(risk) <= rank(covered) ? undefined : why;
    if (reason === undefined) return { request, risk };
    const seen = approvalOf(step) === undefined ? contextsOf(this.#state, turn) : this.#contexts(turn);
    const { message, approvers, unresolved, min } = question(this.#state, turn, { request, base: request, contexts: seen }, this.#time);
    const who = {
      ...(approvers === undefined ? {} : { approvers }),
      ...(unresolved === undefined ? {} : { unresolved }),
      ...(min === undefined ? {} : { min }),
    };
    return { request, risk, asks: { reason, message, ...who } };
  }
}

type Own = Pick<DryStep, 'certain' | 'condition' | 'request' | 'risk' | 'asks' | 'items' | 'problem'>;

/** The words about a step do not count for those in it. */
function without({ when: _when, ...place }: Place): Place {
  return place;
}

function plain(given: Readonly<Record<string, Json>>, specs: Readonly<Record<string, InputSpec>>): Readonly<Record<string, Json>> {
  const checked = checkInputs(specs, given);
  if (!checked.ok) throw new ProblemError(checked.problem);
  return checked.value;
}
