import type { ApprovalView, RunDetail, RunEvent, RunSummary } from '../../protocol/run.ts';
import type { Engine } from '../engine/api.ts';
import { createSignal } from '../signal.ts';
import { isFinal } from './words.ts';

/**
 * What the window knows of runs.
 * 1. Events say only that a run changed; what it is now is always the engine's own view of it.
 * 2. One request per run is under way at a time; what changes meanwhile is fetched after it.
 * 3. A view never goes backwards: one with a lower sequence is dropped.
 */
export interface RunStore {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Those that wait for an answer, oldest first. */
  readonly questions: readonly ApprovalView[];
  detail(run: string): RunDetail | undefined;
  /** From memory or from the engine. */
  load(run: string): Promise<RunDetail>;
  /** The newest run of a file, else the newest that has called it, among those seen since the window opened, unfinished or recalled, if its steps are known. */
  current(file: string): RunDetail | undefined;
  /** Takes the newest run of a file for its current one if it ran exactly this text; `digest` is the SHA-256 of the file's bytes. */
  recall(file: string, digest: string): Promise<void>;
  put(detail: RunDetail): void;
  apply(event: RunEvent): void;
  /** Reads everything again: after connecting, after a gap. */
  reload(): Promise<void>;
  clear(): void;
  onChange(listener: (run: string | undefined) => void): () => void;
}

export interface StoreOptions {
  engine(): Promise<Pick<Engine, 'list' | 'show' | 'approvals'>>;
  onTrouble(error: unknown): void;
}

const listed = 100;
/** Runs with more steps than this are read again at most once in as many milliseconds as they have steps. */
const large = 300;

export function createRunStore(options: StoreOptions): RunStore {
  const changed = createSignal<string | undefined>();
  const details = new Map<string, RunDetail>();
  const fetching = new Map<string, Promise<RunDetail>>();
  const dirty = new Set<string>();
  const waiting = new Map<string, NodeJS.Timeout>();
  /** Runs whose marks belong into the editor. */
  const current = new Set<string>();
  let runs: RunSummary[] = [];
  let questions: ApprovalView[] = [];

  function put(detail: RunDetail): void {
    const known = details.get(detail.id);
    if (known && known.seq > detail.seq) return;
    details.set(detail.id, detail);
    current.add(detail.id);
    const at = runs.findIndex((run) => run.id === detail.id);
    if (at >= 0) runs = runs.with(at, detail);
    else runs = [detail, ...runs].sort(newestFirst).slice(0, listed);
    questions = [...questions.filter((question) => question.run !== detail.id), ...pending(detail)].sort((a, b) =>
      a.requestedAt.localeCompare(b.requestedAt),
    );
    changed.fire(detail.id);
  }

  function fetch(run: string): Promise<RunDetail> {
    const underWay = fetching.get(run);
    if (underWay) return underWay;
    const request = (async () => {
      try {
        let detail: RunDetail;
        do {
          dirty.delete(run);
          detail = await (await options.engine()).show(run);
        } while (dirty.has(run) && detail.steps.length < large);
        return detail;
      } finally {
        fetching.delete(run);
        if (dirty.has(run)) refresh(run);
      }
    })();
    fetching.set(run, request);
    return request;
  }

  function refresh(run: string): void {
    dirty.add(run);
    if (fetching.has(run)) return;
    const steps = details.get(run)?.steps.length ?? 0;
    // The view of a large run is large too: fetching it for each event would leave no time for anything else.
    if (steps < large) fetch(run).then(put, options.onTrouble);
    else if (!waiting.has(run))
      waiting.set(
        run,
        setTimeout(
          () => {
            waiting.delete(run);
            fetch(run).then(put, options.onTrouble);
          },
          Math.min(steps, 2000),
        ),
      );
  }

  function currentOf(file: string): RunDetail | undefined {
    const newest = runs.find((run) => run.file === file && current.has(run.id));
    return newest && details.get(newest.id);
  }

  function callerOf(file: string): RunDetail | undefined {
    const newest = runs.find((run) => current.has(run.id) && details.get(run.id)?.steps.some((step) => step.file === file));
    return newest && details.get(newest.id);
  }

  return {
    get runs() {
      return runs;
    },
    get questions() {
      return questions;
    },
    detail: (run) => details.get(run),
    async load(run) {
      const known = details.get(run);
      if (known && !dirty.has(run)) return known;
      const detail = await fetch(run);
      const wasCurrent = current.has(run);
      details.set(run, detail);
      if (!wasCurrent && isFinal(detail)) return detail;
      put(detail);
      return detail;
    },
    current: (file) => currentOf(file) ?? callerOf(file),
    async recall(file, digest) {
      if (currentOf(file)) return;
      const [last] = await (await options.engine()).list({ file, limit: 1 });
      if (!last) return;
      const detail = await fetch(last.id);
      // Of another text its marks could stand beside steps that never ran. Meanwhile a newer run may have begun.
      if (detail.fileDigest === digest && !currentOf(file)) put(detail);
    },
    put,
    apply(event) {
      if (event.type !== 'output') refresh(event.run);
    },
    async reload() {
      const engine = await options.engine();
      const [list, waiting] = await Promise.all([engine.list({ limit: listed }), engine.approvals()]);
      runs = [...list].sort(newestFirst);
      questions = waiting.filter((question) => question.status === 'pending');
      const ids = new Set(runs.map((run) => run.id));
      for (const id of details.keys()) if (!ids.has(id)) details.delete(id);
      changed.fire(undefined);
      for (const run of runs) if (!isFinal(run) || (current.has(run.id) && !isFinal(details.get(run.id) ?? run))) refresh(run.id);
    },
    clear() {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
      runs = [];
      questions = [];
      details.clear();
      changed.fire(undefined);
    },
    onChange: changed.on,
  };
}

const pending = (detail: RunDetail) => detail.approvals.filter((approval) => approval.status === 'pending');
const newestFirst = (a: RunSummary, b: RunSummary) => b.createdAt.localeCompare(a.createdAt);
