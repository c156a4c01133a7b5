import type { OutlineStep } from '../../protocol/lsp.ts';

/** The step that a line is in: the last one that begins at or before it and does not end before it. `line` is 0-based. */
export function stepAt(steps: readonly OutlineStep[], line: number): OutlineStep | undefined {
  return steps.filter((step) => step.range.start.line <= line && line <= step.range.end.line).at(-1);
}

/** Steps that can be asked to run: an undo runs only in a rollback, a fallback when its step has failed, and what a loop holds with an item. */
export function runnable(steps: readonly OutlineStep[]): OutlineStep[] {
  return steps.filter((step) => !/^(?:undo|fallback)\/|\[\]/.test(step.path));
}

/** Finds the step of a document that a path of a run is an instance of; the calls that led to the document stand in front of such a path. */
export function stepFinder<Step extends Pick<OutlineStep, 'path'>>(steps: readonly Step[]): (instance: string) => Step | undefined {
  const byPath = new Map(steps.map((step) => [step.path, step]));
  return (instance) => {
    const pattern = instance.replaceAll(/\[\d+\]/g, '[]');
    const marks = /^(?:(?:undo|fallback)\/)*/.exec(pattern)?.[0] ?? '';
    const segments = pattern.slice(marks.length).split('/');
    for (let from = 0; from < segments.length; from++) {
      const rest = segments.slice(from).join('/');
      const found = byPath.get(marks + rest) ?? byPath.get(rest);
      if (found) return found;
    }
    return undefined;
  };
}
