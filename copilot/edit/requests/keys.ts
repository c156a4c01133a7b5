import type { Json } from '../../../runbook/core/json.ts';
import { stringOf } from '../../../runbook/syntax/tree.ts';
import { removeKey, setKey } from '../changes.ts';
import { shortDuration } from '../duration.ts';
import { cannot, changed, type EditRule, onStep } from '../rule.ts';

const step = '(?<step>.+?)';
const end = '\\s*[.!]?\\s*$';
const to = '(?:to|for|on|of|in|at)';
/** What begins like a duration, so that a step's name is none. */
const time = '[`"\']?(?:\\d|an?\\s|half|one|two|three|four|five|ten|fifteen|thirty).*?';
const set =
  (key: string, value: Json, words: string, after?: readonly string[]): EditRule['make'] =>
  (editing, groups) =>
    onStep(editing, groups.step, (found, name) => changed(setKey(editing.document, found.node, key, value, after), `${words} \`${name}\``));

const duration = (text: string | undefined): string | undefined => (text === undefined ? undefined : shortDuration(text));

/** Keys of one step. */
export const stepKeys: readonly EditRule[] = [
  {
    says: new RegExp(
      `^(?:remove|delete|drop|take away|clear)\\s+(?:the\\s+)?(?<key>timeout|retry|retries|approval|condition|undo|fallback|verify|env(?:ironment)?|target|risk|description|cache|shell|name)\\s+(?:from|of|on|for|before)\\s+${step}${end}|^(?:stop asking|(?:don[’']?t|do not|never) ask(?: any ?more)?|no longer ask)\\s+before\\s+(?:running\\s+)?(?<step2>.+?)${end}`,
      'i',
    ),
    make(editing, { key: said = '', step: one, step2 }) {
      const key = step2 === undefined ? said : 'approval';
      const words = one ?? step2;
      const keys: Readonly<Record<string, string>> = { retries: 'retry', approval: 'approve', condition: 'if', environment: 'env' };
      const name = keys[key.toLowerCase()] ?? key.toLowerCase();
      return onStep(editing, words, (found, title) => {
        const edits = removeKey(editing.document, found.node, name);
        return edits.length === 0
          ? cannot(`The step ${title} has no \`${name}\` of its own.`)
          : changed(edits, `Remove \`${name}\` from \`${title}\``);
      });
    },
  },
  {
    says: new RegExp(
      `^(?:add|set|put|change|increase|raise|lower|reduce|give|update|use)\\s+(?:an?\\s+|the\\s+)?(?:(?<time3>${time})\\s+(?:time ?limit|time-?out)\\s+${to}\\s+(?<step3>.+?)|(?:time ?limit|time-?out)\\s+(?:(?:of|to|at)\\s+(?<time2>${time})\\s+${to}\\s+(?<step2>.+?)|${to}\\s+(?<step>(?:(?!\\sfrom\\s).)+?)\\s+(?:to|of|at|=)\\s+(?<time>.+?)|${to}\\s+(?<step4>(?:(?!\\sfrom\\s).)+?)))${end}|^(?:give|limit)\\s+(?<step5>.+?)\\s+(?:a\\s+(?:time ?limit|timeout)\\s+of|to)\\s+(?<time5>${time})${end}|^(?:let|make|have)\\s+(?<step6>.+?)\\s+time ?out\\s+(?:after|in)\\s+(?<time6>${time})${end}|^(?<step7>(?:the\\s+)?(?:step\\s+)?\\S+(?:\\s+step)?)\\s+(?:should|must|may|shall)\\s+(?:time ?out\\s+(?:after|in)|take\\s+at most|(?:run|take)\\s+(?:no longer than|at most))\\s+(?<time7>${time})${end}|^(?:change|raise|lower|set|increase|reduce)\\s+(?:the\\s+)?(?:time ?limit|time-?out)\\s+(?:of|in|for|on)\\s+(?<step8>.+?)\\s+from\\s+\\S+(?:\\s+\\w+)?\\s+to\\s+(?<time8>${time})${end}|^(?:add|put|set)\\s+an?\\s+(?<time9>\\d+[\\s-]*\\w+)\\s+(?:time-?out|(?:time\\s+)?limit)\\s+(?:on|to|for)\\s+(?<step9>.+?)${end}`,
      'i',
    ),
    make(editing, groups) {
      const first = (name: string) =>
        ['', 2, 3, 4, 5, 6, 7, 8, 9].map((number) => groups[`${name}${number}`]).find((found) => found !== undefined);
      // The most particular form first: "the timeout of A from 1m to 3m" fits a looser one too.
      const words = groups.step8 ?? first('step');
      const said = (groups.time8 ?? first('time'))?.replace(/^(\d+)-/, '$1 ');
      const limit = said === undefined ? '5m' : duration(said);
      if (limit === undefined) return cannot(`"${said}" is no duration; write one such as 30s, 5 minutes or 1h.`);
      return set('timeout', limit, `Time limit of ${limit} for`)(editing, { step: words ?? 'this' });
    },
  },
  {
    says: new RegExp(
      `^(?:set|change)\\s+(?:the\\s+)?(?:number\\s+of\\s+)?(?:retries|attempts|tries)\\s+(?:of|for|on)\\s+(?<step4>.+?)\\s+to\\s+(?<count5>\\d+)${end}|^(?:retry|repeat)\\s+(?<step>.+?)\\s+(?:up to\\s+)?(?<count>\\d+|once|twice|three|four|five)(?:\\s+more)?(?:\\s+times)?(?<rest>.*?)${end}|^(?:add|set|give|put)\\s+(?:a\\s+|some\\s+)?retr(?:y|ies)\\s+(?:with\\s+(?<count2>\\d+)\\s+(?:attempts|tries|times)\\s+)?(?:to|for|on)\\s+(?<step2>.+?)(?:\\s+(?:with|of|up to)\\s+(?<count3>\\d+)\\s+(?:attempts|tries|times|retries))?(?<rest2>(?:\\s*,|\\s+with|\\s+and|\\s+every|\\s+waiting).*?)?${end}|^make\\s+(?<step3>.+?)\\s+retry(?:\\s+(?<count4>\\d+)\\s+times)?(?<rest3>.*?)${end}`,
      'i',
    ),
    make(editing, groups) {
      const words = groups.step ?? groups.step2 ?? groups.step3 ?? groups.step4;
      const numbers: Readonly<Record<string, number>> = { once: 2, twice: 3, three: 3, four: 4, five: 5 };
      const said = groups.count ?? groups.count2 ?? groups.count3 ?? groups.count4 ?? groups.count5 ?? '3';
      const attempts = numbers[said.toLowerCase()] ?? Number(said);
      const rest = groups.rest ?? groups.rest2 ?? groups.rest3 ?? '';
      const delay = duration(
        /(?:delay|wait(?:ing)?|every|pause|apart|after|between)\D{0,20}?(\d+\s*[a-z]+|an?\s+\w+)/i.exec(rest)?.[1] ??
          /(\d+\s*(?:s|m|h|seconds?|minutes?|hours?))\b/i.exec(rest)?.[1],
      );
      const backoff: Readonly<Record<string, Json>> = /exponential|back-?off/i.test(rest) ? { backoff: 'exponential' } : {};
      return onStep(editing, words ?? 'this', (found, name) => {
        const own = found.node.entries.find((entry) => entry.key.source === 'retry' && !entry.merged)?.value;
        const summary = `${attempts} attempts for \`${name}\``;
        if (own?.kind !== 'map' || own.entries.length === 0)
          return changed(setKey(editing.document, found.node, 'retry', { attempts, delay: delay ?? '5s', ...backoff }), summary);
        // What the words do not speak of stays as it is.
        const said = { attempts, ...(delay === undefined ? {} : { delay }), ...backoff };
        const entries = new Set(own.entries.map(({ key }) => key.source));
        const added = Object.entries(said).filter(([key]) => !entries.has(key));
        if (added.length > 1) return changed(setKey(editing.document, found.node, 'retry', { delay: '5s', ...said }), summary);
        return changed(
          Object.entries(said).flatMap(([key, value]) => setKey(editing.document, own, key, value)),
          summary,
        );
      });
    },
  },
  {
    says: new RegExp(
      `^(?:let\\s+)?(?:the\\s+)?(?:approval|question|confirmation)\\s+(?:of|for|before|in)\\s+${step}\\s+(?:should\\s+|must\\s+|may\\s+)?(?:expires?|times? out|runs? out|waits?)\\s+(?:after|in|for|within)\\s+(?:at most\\s+|up to\\s+)?(?<time>${time})${end}|^(?:set|change|raise|lower|add|put)\\s+(?:the\\s+|a\\s+)?(?:time ?limit|time-?out|expiry)\\s+(?:of|for|on)\\s+(?:the\\s+)?approval\\s+(?:of|for|before|in)\\s+(?<step2>.+?)\\s+(?:to|of|at)\\s+(?<time2>${time})${end}`,
      'i',
    ),
    make(editing, groups) {
      const limit = duration(groups.time ?? groups.time2);
      if (limit === undefined) return cannot(`"${groups.time ?? groups.time2}" is no duration; write one such as 30m, 2 hours or 1d.`);
      return onStep(editing, groups.step ?? groups.step2, (found, name) => {
        const own = found.node.entries.find((entry) => entry.key.source === 'approve' && !entry.merged)?.value;
        if (own === undefined) return cannot(`The step ${name} asks for no approval; add one first.`);
        const message = own.kind === 'scalar' ? stringOf(own) : undefined;
        const edits =
          own.kind === 'map' && own.entries.length > 0
            ? setKey(editing.document, own, 'timeout', limit)
            : setKey(editing.document, found.node, 'approve', { ...(message === undefined ? {} : { message }), timeout: limit });
        return changed(edits, `The approval of \`${name}\` waits ${limit}`);
      });
    },
  },
  {
    says: new RegExp(
      `^(?:require|ask for|add|put|insert|request|need|want)\\s+(?:an?\\s+|the\\s+|my\\s+)?(?:manual\\s+|human\\s+)?(?:approval|confirmation|permission|sign-?off)(?!\\s+(?:step|gate))\\s+(?:(?:from|by)\\s+(?<who2>\\w[\\w-]*(?:(?:,\\s*|\\s+and\\s+)\\w[\\w-]*)*)\\s+)?(?:before|to|for|on|of)\\s+(?:running\\s+)?(?<step>.+?)(?:\\s+(?:with (?:the )?message|asking|saying|with the question)\\s+(?<text>.+?))?(?:\\s+(?:from|by)\\s+(?<who>[\\w, -]+?))?${end}|^(?:ask|prompt)\\s+(?:me\\s+|somebody\\s+|a person\\s+|for approval\\s+)*before\\s+(?:running\\s+)?(?<step2>.+?)${end}|^(?:ask|prompt)\\s+(?:me\\s+|us\\s+)?(?<text2>["“'\`].+?["”'\`])\\s+before\\s+(?:running\\s+)?(?<step4>.+?)${end}|^(?:make|let|have)\\s+(?<step3>.+?)\\s+(?:ask|wait)\\s+(?:me\\s+|us\\s+|somebody\\s+|a person\\s+)?(?:for\\s+(?:an?\\s+|my\\s+)?(?:approval|confirmation|permission)\\s*)?(?:before\\s+it\\s+(?:runs|starts|does anything)|first)?${end}`,
      'i',
    ),
    make(editing, { step: one, step2, step3, step4, text: said, text2, who: by, who2 }) {
      const who = by ?? who2;
      const text = said ?? text2;
      const approvers = who?.split(/\s*(?:,|\band\b)\s*/).filter((name) => name !== '');
      const value =
        text === undefined && approvers === undefined
          ? true
          : { ...(text === undefined ? {} : { message: text }), ...(approvers === undefined ? {} : { approvers }) };
      return set('approve', value, 'Ask before')(editing, { step: one ?? step2 ?? step3 ?? step4 ?? 'this' });
    },
  },
  {
    says: new RegExp(
      `^(?:only\\s+)?(?:run|execute|do)\\s+${step}\\s+only\\s+(?:if|when)\\s+(?<text>.+?)${end}|^only\\s+(?:run|execute|do)\\s+(?<step2>.+?)\\s+(?:if|when)\\s+(?<text2>.+?)${end}|^(?:add|set|put)\\s+(?:a\\s+|the\\s+)?(?:condition|if)\\s+(?<text3>.+?)\\s+(?:to|on|for)\\s+(?<step3>.+?)${end}|^skip\\s+(?<step4>.+?)\\s+unless\\s+(?<text4>.+?)${end}|^skip\\s+(?<step5>.+?)\\s+(?:if|when)\\s+(?<not>.+?)${end}|^(?:the\\s+)?(?<step6>.+?)\\s+(?:should|must|may|shall)\\s+only\\s+(?:be\\s+)?(?:run|start|execute)\\s+(?:if|when)\\s+(?<text6>.+?)${end}`,
      'i',
    ),
    make(editing, groups) {
      const text = groups.text ?? groups.text2 ?? groups.text3 ?? groups.text4 ?? groups.text6 ?? groups.not ?? '';
      return onStep(editing, ['', 2, 3, 4, 5, 6].map((number) => groups[`step${number}`]).find(Boolean), (found, name) => {
        const holds = conditionOf(text, editing);
        const condition = groups.not === undefined || holds === undefined ? holds : `!(${holds})`;
        if (condition === undefined)
          return cannot(
            `"${text}" is no condition that the rules can write; give an expression in backticks, such as \`inputs.env == 'prod'\`.`,
          );
        return changed(setKey(editing.document, found.node, 'if', condition, ['id', 'name']), `Only run \`${name}\` if ${condition}`);
      });
    },
  },
  {
    says: new RegExp(
      `^(?:set|add|define|export|put)\\s+(?:the\\s+|an?\\s+)?(?:env(?:ironment)?(?:\\s+variable)?|variable)\\s+(?<key>[A-Za-z_]\\w*)\\s*(?:=|to|with(?: the)? value|as)\\s*(?<value>.+?)\\s+(?:on|for|in|of|to)\\s+${step}${end}`,
      'i',
    ),
    make: (editing, { key = '', value = '', step: words }) =>
      onStep(editing, words, (found, name) => {
        const env = found.node.entries.find((entry) => entry.key.source === 'env' && !entry.merged)?.value;
        const edits =
          env?.kind === 'map' && env.entries.length > 0
            ? setKey(editing.document, env, key, value)
            : setKey(editing.document, found.node, 'env', { [key]: value });
        return changed(edits, `Set ${key} for \`${name}\``);
      }),
  },
  {
    says: new RegExp(
      `^(?:continue|go on|keep going|carry on|proceed|don'?t stop|do not stop)\\s+(?:if|when|even if|even when)\\s+${step}\\s+(?:fails|does not work|goes wrong)${end}|^(?:the\\s+)?(?<step3>\\S+(?:\\s+step)?)\\s+may\\s+fail(?:\\s+without\\s+.+?)?${end}|^(?:ignore)\\s+(?:the\\s+)?(?:failures?|errors?)\\s+(?:of|in|from)\\s+(?<step2>.+?)${end}`,
      'i',
    ),
    make: (editing, groups) =>
      set('on-error', 'continue', 'Go on when it fails:')(editing, { step: groups.step ?? groups.step2 ?? groups.step3 ?? 'this' }),
  },
  {
    says: new RegExp(
      `^(?:set|change|raise|lower|mark)\\s+(?:the\\s+)?risk\\s+(?:of|for|on)\\s+${step}\\s+(?:to|as|=)\\s+(?<value>low|medium|high|critical)${end}|^(?:mark|make)\\s+(?<step2>.+?)\\s+(?:as\\s+|of\\s+)?(?<value2>low|medium|high|critical)[\\s-]*risk${end}`,
      'i',
    ),
    make: (editing, groups) =>
      set(
        'risk',
        (groups.value ?? groups.value2 ?? 'medium').toLowerCase(),
        'Set the risk of',
      )(editing, { step: groups.step ?? groups.step2 ?? 'this' }),
  },
  {
    says: new RegExp(
      `^(?:run|execute|move|put)\\s+${step}\\s+(?:on|onto|over|at)\\s+(?:the\\s+)?target\\s+(?<value>[\\w.-]+)${end}|^(?:set|change)\\s+(?:the\\s+)?target\\s+(?:of|for)\\s+(?<step2>.+?)\\s+to\\s+(?<value2>[\\w.-]+)${end}`,
      'i',
    ),
    make: (editing, groups) =>
      set('target', groups.value ?? groups.value2 ?? '', 'Set the target of', ['id', 'name', 'if', 'needs'])(editing, {
        step: groups.step ?? groups.step2 ?? 'this',
      }),
  },
  {
    says: new RegExp(
      `^(?:set|change|give)\\s+(?:the\\s+)?(?<key>name|title|description)\\s+(?:of|for)\\s+(?!the runbook|this runbook|runbook)${step}\\s+(?:to|as)\\s+(?<value>.+?)${end}|^(?:name|title|call)\\s+(?!the runbook|this runbook|runbook)(?:the\\s+)?step\\s+(?<step2>.+?)\\s+[\`"'“](?<value2>.+?)[\`"'”]${end}|^give\\s+(?<step3>.+?)\\s+the\\s+(?<key3>name|title|description)\\s+(?<value3>.+?)${end}`,
      'i',
    ),
    make: (editing, groups) => {
      const key = (groups.key ?? groups.key3 ?? 'name').toLowerCase() === 'description' ? 'description' : 'name';
      return set(key, groups.value ?? groups.value2 ?? groups.value3 ?? '', `Set the ${key} of`, ['id'])(editing, {
        step: groups.step ?? groups.step2 ?? groups.step3 ?? 'this',
      });
    },
  },
  {
    says: new RegExp(
      `^(?:change|set|replace|update|edit)\\s+(?:the\\s+)?(?:command|script|run)\\s+(?:of|in|for)\\s+${step}\\s+(?:to|with|by)\\s+(?<value>.+?)${end}|^(?:make|let|have)\\s+(?<step2>.+?)\\s+run\\s+[\`"'“](?<value2>.+?)[\`"'”](?:\\s+instead)?${end}`,
      'i',
    ),
    make: (editing, groups) =>
      onStep(editing, groups.step ?? groups.step2, (found, name) =>
        found.verb === 'run'
          ? changed(setKey(editing.document, found.node, 'run', groups.value ?? groups.value2 ?? ''), `Change the command of \`${name}\``)
          : cannot(`The step ${name} runs no command of its own.`),
      ),
  },
  {
    says: new RegExp(
      `^(?:add|set|define|give)\\s+(?:an?\\s+|the\\s+)?(?<key>undo|fallback)\\s+(?:to|for|of|on)\\s+${step}\\s+(?:that runs|running|which runs|with|:|of|by running|to)\\s*(?<value>.+?)${end}|^(?:undo)\\s+(?<step2>.+?)\\s+(?:with|by running|by)\\s+(?<value2>.+?)${end}`,
      'i',
    ),
    make: (editing, groups) => {
      const key = (groups.key ?? 'undo').toLowerCase();
      return set(
        key,
        { run: groups.value ?? groups.value2 ?? '' },
        `Add ${key === 'undo' ? 'an undo' : 'a fallback'} to`,
      )(editing, { step: groups.step ?? groups.step2 ?? 'this' });
    },
  },
  {
    says: new RegExp(`^(?:make|let|have)\\s+${step}\\s+(?:depend on|need|wait for|run after|follow)\\s+(?<other>.+?)${end}`, 'i'),
    make: (editing, { step: words, other }) =>
      onStep(editing, words, (found, name) =>
        onStep(editing, other, (before, title) =>
          before.id === undefined
            ? cannot('The step that it should need has no id; give it one first.')
            : changed(
                setKey(editing.document, found.node, 'needs', [before.id.name], ['id', 'name', 'if']),
                `\`${name}\` needs \`${title}\``,
              ),
        ),
      ),
  },
  {
    says: new RegExp(`^(?:mark|make)\\s+${step}\\s+(?:as\\s+)?(?:idempotent|safe to repeat|repeatable)${end}`, 'i'),
    make: set('idempotent', true, 'Safe to repeat:'),
  },
  {
    says: new RegExp(
      `^(?:use|set)\\s+(?:the\\s+)?(?:shell\\s+)?(?<value>bash|sh|pwsh|powershell|python|node)\\s+(?:shell\\s+)?(?:as (?:the )?shell\\s+)?(?:for|in|on|of)\\s+${step}${end}`,
      'i',
    ),
    make: (editing, groups) =>
      set(
        'shell',
        (groups.value ?? '').toLowerCase().replace('powershell', 'pwsh'),
        'Set the shell of',
      )(editing, { step: groups.step ?? 'this' }),
  },
];

/** An expression as written, or a few forms in words. */
function conditionOf(
  text: string,
  { document }: { readonly document: { readonly inputs: readonly { readonly name: string }[] } },
): string | undefined {
  const bare = text.replace(/^\$\{\{\s*(.*?)\s*\}\}$/, '$1').trim();
  const compared =
    /^(?:the\s+)?(?:input\s+)?([\w-]+)\s+is\s+(greater|more|larger|bigger|less|smaller|at least|at most)(?:\s+than)?\s+(\d+)$/i.exec(bare);
  const number = document.inputs.find(({ name }) => name.toLowerCase() === compared?.[1]?.toLowerCase());
  if (compared !== null && number !== undefined) {
    const signs: Readonly<Record<string, string>> = { less: '<', smaller: '<', 'at least': '>=', 'at most': '<=' };
    return `inputs.${number.name} ${signs[compared[2]?.toLowerCase() ?? ''] ?? '>'} ${compared[3]}`;
  }
  if (/[=!<>&|()]|^(?:inputs|steps|env|run|target)\.[\w.-]+$/.test(bare)) return bare;
  const equal = /^(?:the\s+)?(?:input\s+)?([\w-]+)\s+(?:is(?<not>\s+not|n't)?|equals)\s+["'`]?([\w.-]+)["'`]?$/i.exec(bare);
  const input = document.inputs.find(({ name }) => name.toLowerCase() === equal?.[1]?.toLowerCase());
  if (equal !== null && input !== undefined) {
    const value = /^(?:true|false|\d+)$/i.test(equal[3] ?? '') ? equal[3] : `'${equal[3]}'`;
    return `inputs.${input.name} ${equal.groups?.not === undefined ? '==' : '!='} ${value}`;
  }
  if (
    /^(?:the\s+)?(?:previous|earlier)\s+steps?\s+(?:has\s+|have\s+)?fail(?:ed|s)?$|^(?:something|anything|any step)\s+(?:has\s+)?failed$/i.test(
      bare,
    )
  )
    return 'failure()';
  return undefined;
}
