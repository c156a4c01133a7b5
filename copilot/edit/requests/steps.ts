import { wrapInParallel } from '../../../runbook/language/refactor/wrap-in-parallel.ts';
import { rename } from '../../../runbook/language/rename.ts';
import { appendStep, inline, insertStep, moveStep, removeStep } from '../changes.ts';
import { cannot, changed, type Editing, type EditRule, onStep } from '../rule.ts';

const end = '\\s*[.!]?\\s*$';
const place = '(?<where>before|after|in front of|behind|following|preceding)';
const isBefore = (word: string | undefined): boolean => /^(?:before|in front|preceding)/i.test(word ?? '');

/** Steps as a whole. */
export const wholeSteps: readonly EditRule[] = [
  {
    says: new RegExp(
      `^(?:add|insert|put|create)\\s+(?:an?\\s+|the\\s+)?(?:manual\\s+)?(?:approval|confirmation)\\s+(?:step|gate)?\\s*(?:(?:with (?:the )?message|asking|saying|that asks)\\s+(?<text>.+?)\\s+)?${place}\\s+(?<step>.+?)(?:\\s+(?:with (?:the )?message|asking|saying|that asks)\\s+(?<text2>.+?))?${end}`,
      'i',
    ),
    make: (editing, { where, step, text, text2 }) =>
      onStep(editing, step, (beside, name) => {
        const message = text ?? text2 ?? `Go on with ${name}?`;
        const rows = [`id: ${freeId(editing, 'approval')}`, `approve: { message: ${inline(message)} }`];
        return changed(
          insertStep(editing.document, beside, isBefore(where) ? 'before' : 'after', rows),
          `Ask ${isBefore(where) ? 'before' : 'after'} \`${name}\``,
        );
      }),
  },
  {
    says: new RegExp(
      `^(?:add|insert|put|create|append)\\s+(?:an?\\s+|another\\s+|the\\s+)?(?:new\\s+)?(?:(?<list>cleanup|finally|verify|verification|on-failure|on-cancel)\\s+)?step\\s*(?:(?:called|named|with (?:the )?id)\\s+(?<id>[\\w"'\`-]+)\\s*|(?<id3>(?!(?:that|which|to|running|at|before|after|in|behind|following|preceding|with|for|and|as|it|called|named)\\b)[A-Za-z][\\w-]*)\\s+(?=(?:that|which|before|after|at the|to the|in front|behind|running|to run|:)))?(?:(?:at|to)\\s+the\\s+(?<edge2>end|beginning|start|top|bottom)\\s*,?\\s*|${place}\\s+(?<step>.+?)\\s*,?\\s*)?(?:(?:called|named|with (?:the )?id)\\s+(?<id2>[\\w"'\`-]+)\\s*)?(?:(?:that|which)\\s+(?:runs|executes|calls|does|prints|shows|checks)|to run|running|with (?:the )?command|:)\\s+(?<run>.+?)(?:\\s+${place.replace('where', 'where2')}\\s+(?<step2>[^\`"']+?))?(?:\\s+(?:at|to)\\s+the\\s+(?<edge>end|beginning|start|top|bottom))?${end}`,
      'i',
    ),
    make(editing, { id, id2, id3, list, where, where2, step, step2, run = '', edge: behind, edge2 }) {
      const edge = behind ?? edge2;
      const name = (id ?? id2 ?? id3)?.replaceAll(/["'`]/g, '') ?? freeId(editing, idFrom(run));
      const rows = [
        `id: ${name}`,
        ...(run.includes('/') && /^[a-z][\w-]*\/[a-z][\w.-]*$/.test(run) ? [`uses: ${run}`] : [`run: ${inline(run)}`]),
      ];
      const words = step ?? step2;
      const summary = `Add the step \`${name}\``;
      if (list !== undefined) return changed(appendStep(editing.document, listOf(list), rows), `${summary} under \`${listOf(list)}\``);
      if (words !== undefined)
        return onStep(editing, words, (beside) =>
          changed(insertStep(editing.document, beside, isBefore(where ?? where2) ? 'before' : 'after', rows), summary),
        );
      const first = editing.document.steps.find((one) => one.list === 'steps' && one.parent === undefined && one.role === 'step');
      if (/beginning|start|top/i.test(edge ?? '') && first !== undefined)
        return changed(insertStep(editing.document, first, 'before', rows), summary);
      return changed(appendStep(editing.document, 'steps', rows), summary);
    },
  },
  {
    says: new RegExp(
      `^(?:on failure|when (?:it|the run|something|anything|a step) fails|if (?:it|the run|something|anything|a step) fails),?\\s+(?:run|execute|call)\\s+(?<run>.+?)${end}|^(?:run|execute)\\s+(?<run2>.+?)\\s+(?:on failure|when (?:it|the run|something) fails|if (?:it|the run|something) fails)${end}`,
      'i',
    ),
    make: (editing, { run, run2 }) =>
      changed(
        appendStep(editing.document, 'on-failure', [`id: ${freeId(editing, 'on-failure')}`, `run: ${inline(run ?? run2 ?? '')}`]),
        'Run it when the run fails',
      ),
  },
  {
    says: new RegExp(
      `^(?:always|finally|in the end|at the end,?)\\s+(?:run|execute|call)\\s+(?<run>.+?)${end}|^(?:always)\\s+clean up\\s+(?:with|by running)\\s+(?<run2>.+?)${end}`,
      'i',
    ),
    make: (editing, { run, run2 }) =>
      changed(
        appendStep(editing.document, 'finally', [`id: ${freeId(editing, 'cleanup')}`, `run: ${inline(run ?? run2 ?? '')}`]),
        'Run it at the end, always',
      ),
  },
  {
    says: new RegExp(
      `^(?:remove|delete|drop|get rid of)\\s+(?:the\\s+)?step\\s+(?<step>.+?)${end}|^(?:remove|delete|drop)\\s+(?<step2>(?:the\\s+)?\\S+\\s+step|[\`"'“].+[\`"'”])${end}`,
      'i',
    ),
    make: (editing, { step, step2 }) =>
      onStep(editing, step ?? step2, (found, name) => {
        const siblings = editing.document.steps.filter(
          (one) => one.list === found.list && one.parent === found.parent && one.role === 'step',
        );
        if (siblings.length === 1) return cannot(`The step ${name} is the only one there, and a list of steps must have one.`);
        return changed(removeStep(editing.document, found), `Remove the step \`${name}\``);
      }),
  },
  {
    says: new RegExp(
      `^(?:move|put|shift|place)\\s+(?:the\\s+)?(?:step\\s+)?(?<step>.+?)\\s+(?:${place}\\s+(?<other>.+?)|(?:to\\s+)?(?:the\\s+)?(?<edge>end|beginning|start|top|bottom))${end}`,
      'i',
    ),
    make: (editing, { step, where, other, edge }) =>
      onStep(editing, step, (found, name) => {
        const top = editing.document.steps.filter((one) => one.list === found.list && one.parent === undefined && one.role === 'step');
        const toEnd = /end|bottom/i.test(edge ?? '');
        const beside = edge === undefined ? other : (toEnd ? top.at(-1) : top[0])?.path;
        return onStep(editing, beside, (next, title) =>
          next === found
            ? cannot(`The step ${name} is there already.`)
            : changed(
                moveStep(
                  editing.document,
                  found,
                  next,
                  edge === undefined ? (isBefore(where) ? 'before' : 'after') : toEnd ? 'after' : 'before',
                ),
                `Move \`${name}\` ${edge === undefined ? `${isBefore(where) ? 'before' : 'behind'} \`${title}\`` : toEnd ? 'to the end' : 'to the beginning'}`,
              ),
        );
      }),
  },
  {
    says: new RegExp(
      `^rename\\s+(?:the\\s+)?(?<what>step|input|secret|target)?\\s*(?<step>[\\w"'\`.-]+)\\s+(?:to|into|as)\\s+(?<name>[\\w"'\`.-]+)${end}`,
      'i',
    ),
    make(editing, { what, step = '', name = '' }) {
      const { document, analysis } = editing;
      const bare = (text: string) => text.replaceAll(/["'`]/g, '');
      const named = (what ?? 'step').toLowerCase();
      const from =
        named === 'input'
          ? document.inputs.find((one) => one.name === bare(step))?.range.start
          : named === 'secret'
            ? document.secrets.find((one) => one.name === bare(step))?.range.start
            : named === 'target'
              ? document.targets.find((one) => one.name === bare(step))?.range.start
              : document.steps.find(({ id }) => id?.name === bare(step))?.id?.node.range.start;
      if (from === undefined) return cannot(`There is no ${named} \`${bare(step)}\` in the runbook.`);
      const renamed = rename(analysis, from, bare(name));
      if (renamed.kind === 'refused') return cannot(renamed.why);
      return changed(
        renamed.files.flatMap(({ edits }) => edits),
        `Rename \`${bare(step)}\` to \`${bare(name)}\`, with all that refers to it`,
      );
    },
  },
  {
    says: new RegExp(
      `^(?:run|execute|do)\\s+(?<step>.+?)\\s+and\\s+(?<other>.+?)\\s+(?:in parallel|at the same time|concurrently|side by side|simultaneously)${end}|^paralleli[sz]e\\s+(?<step2>.+?)\\s+and\\s+(?<other2>.+?)${end}`,
      'i',
    ),
    make: (editing, groups) =>
      onStep(editing, groups.step ?? groups.step2, (one) =>
        onStep(editing, groups.other ?? groups.other2, (two) => {
          const [first, last] = one.node.range.start < two.node.range.start ? [one, two] : [two, one];
          const [made] = wrapInParallel(editing.document, first.node.range.start, last.node.range.end - 1);
          return made === undefined
            ? cannot(
                'These steps cannot be put side by side: they must follow one another in the same list, and none may use what another gives.',
              )
            : changed(made.edits, `Run \`${first.path}\` and \`${last.path}\` in parallel`);
        }),
      ),
  },
];

const lists: Readonly<Record<string, string>> = { cleanup: 'finally', verification: 'verify' };
const listOf = (word: string): string => lists[word.toLowerCase()] ?? word.toLowerCase();

/** An id that says what a command is about: its program and first word. */
function idFrom(run: string): string {
  const words = run
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => /^[a-z]/.test(word) && !['sudo', 'sh', 'bash', 'c'].includes(word));
  return words.slice(0, 2).join('-').slice(0, 30) || 'step';
}

function freeId({ document }: Editing, wanted: string): string {
  const taken = new Set(document.steps.map(({ id }) => id?.name));
  for (let count = 1; ; count++) {
    const id = count === 1 ? wanted : `${wanted}-${count}`;
    if (!taken.has(id)) return id;
  }
}
