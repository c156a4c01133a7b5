// A process that has just started is slow: its code has not been compiled for the machine yet. One that nobody has asked anything
// yet therefore practises on a runbook of its own, so that the first one that is opened is read and checked as fast as the next.
import type { ActionManifest } from '../runbook/core/action.ts';
import { complete } from '../runbook/language/complete.ts';
import { hover } from '../runbook/language/hover.ts';
import { LiveRunbook } from '../runbook/pieces/live.ts';

/** Milliseconds: until an editor has said what it wants, of one go, and of all of them. More than this would cost memory and change little. */
const times = { quiet: 50, slice: 4, all: 400 };

/** As long as nothing is `wanted`; what arrives meanwhile waits for one small step. */
export function practise(actions: readonly ActionManifest[], wanted: () => boolean): void {
  const work = exercises(actions);
  let left = times.all;
  const go = () => {
    if (wanted() || left <= 0) return;
    const from = performance.now();
    let took = 0;
    while (took < times.slice) {
      if (work.next().done) return;
      took = performance.now() - from;
    }
    left -= took;
    setImmediate(go);
  };
  setTimeout(go, times.quiet).unref();
}

/** Opens, types, asks; each step takes about a millisecond. */
export function* exercises(actions: readonly ActionManifest[]): Generator<void, void> {
  const live = new LiveRunbook(example(40), { actions });
  while (live.work(() => true) !== 'done') yield;
  live.diagnostics();
  const at = live.text.indexOf('wrong', live.text.length / 2);
  for (let key = 0; key < 2; key++) {
    live.edit(at, at, 'x');
    while (live.work(() => true) !== 'done') yield;
    live.diagnostics();
    const analysis = live.analysis();
    complete(analysis, at);
    yield;
    complete(analysis, live.text.indexOf('inputs.', at) + 'inputs.'.length);
    yield;
    hover(analysis, live.text.indexOf('run:', at) + 1);
    yield;
  }
}

/** A bit of everything, with a mistake now and then. */
export function example(steps: number): string {
  const lines = ['runbook: v1', 'name: Practice', 'inputs:', '  host: { type: string, required: true }', 'secrets: [token]', 'steps:'];
  for (let number = 1; number <= steps; number++) {
    const before = number > 1 ? `steps.s${number - 1}.outcome` : 'inputs.host';
    lines.push(`  - id: s${number}`, `    name: Step ${number} of many`);
    if (number % 2 === 0) lines.push(`    if: ${before} != 'skipped'`);
    if (number % 3 === 0) lines.push('    uses: http/request', '    with: { method: GET, url: "https://${{ inputs.host }}/" }');
    else if (number % 3 === 1)
      lines.push('    env:', '      HOST: ${{ inputs.host }}', `      BEFORE: \${{ ${before} }}`, '    run: echo "$HOST"');
    else
      lines.push('    env: { TOKEN: "${{ secrets.token }}" }', '    run: |', '      echo one', '      echo two', '    undo: { run: echo }');
    lines.push('    timeout: 5m', '    retry: { attempts: 2 }');
    if (number % 16 === 5) lines.push('    wrong: 1');
  }
  return `${lines.join('\n')}\n`;
}
