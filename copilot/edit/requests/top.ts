import { entryOf, stringOf } from '../../../runbook/syntax/tree.ts';
import { addToMap, beforeSteps, inline, removeKey, setKey } from '../changes.ts';
import { shortDuration } from '../duration.ts';
import { cannot, changed, type EditRule } from '../rule.ts';

const end = '\\s*[.!]?\\s*$';

const everyStep = '(?:all|every|each)(?:\\s+of)?(?:\\s+the)?(?:\\s+single)?\\s+steps?';
const oneOfIts =
  '(?:two|several|more than one|multiple)(?:\\s+(?:runs|of))*(?:\\s+(?:of\\s+)?(?:it|this|these|them|the runbook|this runbook))?';

/** The runbook's own keys: title, inputs, secrets, outputs, times. */
export const topKeys: readonly EditRule[] = [
  {
    says: new RegExp(
      `^(?:rename|call|name|title)\\s+(?:the|this)\\s+runbook\\s+(?:to\\s+|as\\s+)?(?<value>.+?)${end}|^(?:set|change|update)\\s+(?:the\\s+)?(?:name|title)(?:\\s+of\\s+(?:the|this)\\s+runbook)?\\s+to\\s+(?<value2>.+?)${end}`,
      'i',
    ),
    make: ({ document }, { value, value2 }) =>
      document.root?.kind === 'map'
        ? changed(setKey(document, document.root, 'name', value ?? value2 ?? ''), 'Rename the runbook')
        : cannot('The runbook is empty.'),
  },
  {
    says: new RegExp(
      `^(?:set|change|update|add)\\s+(?:the\\s+|a\\s+)?(?:(?<key>description)(?:\\s+(?:of|to|for)\\s+(?:the|this)\\s+runbook)?\\s*(?:to|of|as|:|,)\\s*(?<value>.+?)|(?<key2>risk)(?:\\s+(?:of|to|for)\\s+(?:the|this)\\s+runbook)?\\s*(?:to|of|as|:|,)\\s*(?<value3>low|medium|high|critical))${end}|^(?:describe)\\s+(?:the|this)\\s+runbook\\s+as\\s+(?<value2>.+?)${end}`,
      'i',
    ),
    make({ document }, { key = 'description', key2, value, value2, value3 }) {
      if (document.root?.kind !== 'map') return cannot('The runbook is empty.');
      const name = (key2 ?? key).toLowerCase();
      const said = value ?? value2 ?? value3?.toLowerCase() ?? '';
      return changed(setKey(document, document.root, name, said, ['name', 'runbook']), `Set the ${name} of the runbook`);
    },
  },
  {
    says: new RegExp(
      `^(?:add|declare|create|define|introduce)\\s+(?:an?\\s+|the\\s+|another\\s+)?(?:new\\s+)?(?<need>required\\s+|optional\\s+)?(?<type>string|text|number|integer|boolean|duration|list|file|ip|choice)?\\s*(?:input|parameter)\\s+(?:called\\s+|named\\s+)?(?<name>[\`"']?[A-Za-z][\\w-]*[\`"']?)(?<rest>.*?)${end}`,
      'i',
    ),
    make({ document }, { name = '', type, need, rest = '' }) {
      const id = name.replaceAll(/["'`]/g, '');
      if (document.inputs.some((input) => input.name === id)) return cannot(`There is an input \`${id}\` already.`);
      const said = (
        type ??
        /\b(?:of )?type\s+(string|text|number|integer|boolean|duration|list|file|ip|choice)\b/i.exec(rest)?.[1] ??
        /\((string|number|integer|boolean|duration|list)\)/i.exec(rest)?.[1] ??
        ''
      ).toLowerCase();
      const options = /\b(?:options?|choices?|one of|values?|either)\s*:?\s*((?:[\w.-]+)(?:\s*(?:,|\bor\b|\band\b)\s*[\w.-]+)+)/i
        .exec(rest)?.[1]
        ?.split(/\s*(?:,\s*(?:or|and)?|\bor\b|\band\b)\s*/)
        .filter((one) => one !== '');
      const fallback = /\bdefault(?:s|ing)?(?:\s+(?:value|to|of|is))*\s*:?\s*[`"']?([^\s`"',]+)[`"']?/i.exec(rest)?.[1];
      const kind = options !== undefined ? 'choice' : said === '' || said === 'text' || said === 'ip' ? 'string' : said;
      const value =
        fallback === undefined
          ? undefined
          : kind === 'number' || kind === 'integer'
            ? Number(fallback)
            : kind === 'boolean'
              ? fallback === 'true'
              : fallback;
      const required = /required/i.test(need ?? '') || /\brequired\b/i.test(rest);
      const description = /\b(?:description|described as)\s*:?\s*[`"']([^`"']+)[`"']/i.exec(rest)?.[1];
      const spec = {
        type: kind,
        ...(said === 'ip' ? { format: 'ip' } : {}),
        ...(options === undefined ? {} : { options }),
        ...(required ? { required: true } : {}),
        ...(value === undefined ? {} : { default: value }),
        ...(description === undefined ? {} : { description }),
      };
      return changed(addToMap(document, 'inputs', id, inline(spec)), `Add the input \`${id}\``);
    },
  },
  {
    says: new RegExp(`^(?:remove|delete|drop)\\s+(?:the\\s+)?(?:input|parameter)\\s+(?<name>[\`"']?[\\w-]+[\`"']?)${end}`, 'i'),
    make({ document }, { name = '' }) {
      const id = name.replaceAll(/["'`]/g, '');
      const inputs = document.root?.kind === 'map' ? entryOf(document.root, 'inputs') : undefined;
      if (document.root?.kind !== 'map' || inputs?.value.kind !== 'map' || !document.inputs.some((input) => input.name === id))
        return cannot(`There is no input \`${id}\`.`);
      return changed(
        inputs.value.entries.length === 1 ? removeKey(document, document.root, 'inputs') : removeKey(document, inputs.value, id),
        `Remove the input \`${id}\``,
      );
    },
  },
  {
    says: new RegExp(
      `^(?:make|mark|set)\\s+(?:the\\s+)?(?:input\\s+)?(?<name>[\`"']?[\\w-]+[\`"']?)\\s+(?:as\\s+)?(?<how>required|optional|mandatory)${end}|^(?:make|let)\\s+(?:the\\s+)?(?:input\\s+)?(?<name3>[\`"']?[\\w-]+[\`"']?)\\s+default\\s+to\\s+(?<value3>.+?)${end}|^(?:set|change|give)\\s+(?:the\\s+)?default(?:\\s+value)?\\s+(?:of|for)\\s+(?:the\\s+)?(?:input\\s+)?(?<name2>[\`"']?[\\w-]+[\`"']?)\\s+(?:to|of|as)\\s+(?<value>.+?)${end}`,
      'i',
    ),
    make({ document }, { name, name2, name3, how, value: said, value3 }) {
      const value = said ?? value3;
      const id = (name ?? name2 ?? name3 ?? '').replaceAll(/["'`]/g, '');
      const spec = document.inputs.find((input) => input.name === id)?.node;
      if (spec?.kind !== 'map') return cannot(`There is no input \`${id}\`.`);
      if (how !== undefined)
        return changed(
          setKey(document, spec, 'required', how.toLowerCase() !== 'optional'),
          `Make the input \`${id}\` ${how.toLowerCase()}`,
        );
      const type = entryOf(spec, 'type')?.value;
      const words = value ?? '';
      const number = type?.kind === 'scalar' && /^(?:number|integer)$/.test(type.source) && !Number.isNaN(Number(words));
      const truth = type?.kind === 'scalar' && type.source === 'boolean' && /^(?:true|false)$/i.test(words);
      return changed(
        setKey(document, spec, 'default', number ? Number(words) : truth ? words.toLowerCase() === 'true' : words),
        `Set the default of \`${id}\``,
      );
    },
  },
  {
    says: new RegExp(
      `^(?:add|declare|define|use)\\s+(?:an?\\s+|the\\s+)?secret\\s+(?:called\\s+|named\\s+)?(?<name>[\`"']?[A-Za-z]\\w*[\`"']?)${end}`,
      'i',
    ),
    make({ document }, { name = '' }) {
      const id = name.replaceAll(/["'`]/g, '');
      if (document.secrets.some((secret) => secret.name === id)) return cannot(`The secret \`${id}\` is declared already.`);
      const names = [...document.secrets.map((secret) => secret.name), id];
      if (document.root?.kind !== 'map') return cannot('The runbook is empty.');
      if (entryOf(document.root, 'secrets') === undefined)
        return changed(beforeSteps(document, `secrets: [${id}]\n\n`), `Declare the secret \`${id}\``);
      return changed(setKey(document, document.root, 'secrets', names), `Declare the secret \`${id}\``);
    },
  },
  {
    says: new RegExp(
      `^(?:add|set|define|create)\\s+(?:an?\\s+|the\\s+)?output\\s+(?:called\\s+|named\\s+)?(?<name>[\`"']?[A-Za-z][\\w-]*[\`"']?)\\s+(?:from|with|of|as|to|=|that is)\\s+(?<value>.+?)${end}`,
      'i',
    ),
    make({ document }, { name = '', value = '' }) {
      const id = name.replaceAll(/["'`]/g, '');
      const bare = value.replace(/^\$\{\{\s*(.*?)\s*\}\}$/, '$1');
      const of = /^(?:the\s+)?(?:(?:output|stdout)\s+of\s+)?(?:the\s+)?(?:step\s+)?([\w-]+)(?:'s\s+(?:output|stdout))?$/i.exec(bare)?.[1];
      const step = document.steps.find((one) => one.id?.name === of);
      const expression = step?.id === undefined ? bare : `steps.${step.id.name}.outputs.stdout`;
      if (!/^[\w.\-[\]()'"\s,=!&|]+$/.test(expression) || !/[.(]/.test(expression))
        return cannot(`"${value}" is no expression; write one such as steps.ID.outputs.stdout.`);
      const { root } = document;
      const yaml = JSON.stringify(`\${{ ${expression} }}`);
      if (root?.kind !== 'map') return cannot('The runbook is empty.');
      const outputs = entryOf(root, 'outputs')?.value;
      if (outputs?.kind === 'map' && outputs.entries.length > 0)
        return changed(setKey(document, outputs, id, { yaml }), `Add the output \`${id}\``);
      const text = document.text.replace(/\s+$/, '');
      return changed(
        [{ range: { start: text.length, end: document.text.length }, text: `\n\noutputs:\n  ${id}: ${yaml}\n` }],
        `Add the output \`${id}\``,
      );
    },
  },
  {
    says: new RegExp(
      `^(?:run|start|schedule|execute)\\s+(?:it|this|the runbook|this runbook)\\s+(?<when>every\\s+.+?|daily.*?|hourly|weekly.*?|nightly)${end}|^(?:add|set)\\s+(?:a\\s+)?schedule\\s+(?:for|of|at|to)?\\s*(?<when2>.+?)${end}`,
      'i',
    ),
    make({ document }, { when, when2 }) {
      const said = when ?? when2 ?? '';
      const cron = cronOf(said);
      if (cron === undefined)
        return cannot(
          `"${said}" is no time that the rules know; say "every day at 02:30", "every Monday at 7:00", "hourly", or give a cron expression in backticks.`,
        );
      if (document.root?.kind !== 'map') return cannot('The runbook is empty.');
      if (entryOf(document.root, 'triggers') !== undefined)
        return cannot('The runbook has triggers already: add the schedule to them by hand.');
      return changed(beforeSteps(document, `triggers:\n  - schedule: { cron: "${cron}" }\n\n`), `Run it on the schedule ${cron}`);
    },
  },
  {
    says: new RegExp(
      `^(?:roll ?back|undo everything|take everything back)\\s+(?:on failure|(?:when|if|as soon as|whenever)\\s+(?:it|the run|something|anything|a step|any step)\\s+(?:fails|failed|goes wrong|breaks))${end}|^(?:on failure|when it fails),?\\s+roll ?back${end}|^(?:enable|add)\\s+(?:automatic\\s+)?rollback(?:\\s+on failure)?${end}`,
      'i',
    ),
    make: ({ document }) =>
      document.root?.kind === 'map'
        ? changed(setKey(document, document.root, 'on-failure', 'rollback'), 'Take everything back when the run fails')
        : cannot('The runbook is empty.'),
  },
  {
    says: new RegExp(
      `^(?:set|add|change|use)\\s+(?:a\\s+|the\\s+)?default\\s+time-?out\\s+(?:of|to|for (?:all|every) steps? (?:of|to))\\s+(?<value>.+?)(?:\\s+for\\s+(?:all|every)\\s+steps?)?${end}|^(?:set|add|put|use)\\s+(?:an?\\s+|the\\s+)?(?:time-?out|time ?limit)\\s+of\\s+(?<value2>.+?)\\s+(?:to|for|on|in)\\s+${everyStep}${end}|^give\\s+${everyStep}\\s+an?\\s+(?:time-?out|time ?limit)\\s+of\\s+(?<value3>.+?)${end}`,
      'i',
    ),
    make({ document }, groups) {
      const value = groups.value ?? groups.value2 ?? groups.value3 ?? '';
      const time = shortDuration(value);
      if (time === undefined) return cannot(`"${value}" is no duration; write one such as 30s or 5 minutes.`);
      if (document.root?.kind !== 'map') return cannot('The runbook is empty.');
      const defaults = entryOf(document.root, 'defaults')?.value;
      return changed(
        defaults?.kind === 'map' && defaults.entries.length > 0
          ? setKey(document, defaults, 'timeout', time)
          : beforeSteps(document, `defaults: { timeout: ${time} }\n\n`),
        `Default time limit of ${time}`,
      );
    },
  },
  {
    says: new RegExp(
      `^(?:never|don[’']?t|do not)\\s+(?:run|start|execute)\\s+(?:${oneOfIts}\\s+(?:at (?:the same time|once)|in parallel|concurrently)|(?:it|this(?: runbook)?)\\s+(?:twice|more than once)\\s+at (?:the same time|once))${end}|^(?:allow|let)?\\s*only\\s+(?:one|a single)\\s+(?:run|one)(?:\\s+of (?:it|this|these|the runbook|this runbook))?\\s+(?:(?:go on|run|may go on|should run)\\s+)?at a time${end}`,
      'i',
    ),
    make({ document }) {
      const { root } = document;
      if (root?.kind !== 'map') return cannot('The runbook is empty.');
      if (entryOf(root, 'concurrency') !== undefined)
        return cannot('The runbook says already under `concurrency` what happens when a run goes on.');
      const name = stringOf(entryOf(root, 'name')?.value)
        ?.toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '');
      return changed(
        beforeSteps(document, `concurrency: { group: ${inline(name || 'runbook')}, on-busy: queue }\n\n`),
        'One run at a time; another waits',
      );
    },
  },
];

const days: Readonly<Record<string, number>> = { sunday: 0, monday: 1, tuesday: 2, wednesday: 3, thursday: 4, friday: 5, saturday: 6 };

/** Times in words as cron. */
function cronOf(said: string): string | undefined {
  const text = said.toLowerCase().replaceAll(/["'`]/g, '').trim();
  if (/^(?:[\d*/,-]+\s+){4}[\d*/,a-z-]+$/.test(text)) return text;
  const clock = /\bat\s+(\d{1,2})(?::(\d{2}))?\s*(am|pm)?\b/.exec(text);
  const pm = clock?.[3] === 'pm' ? 12 : 0;
  const hour =
    clock === null
      ? /midnight|nightly/.test(text)
        ? 0
        : /noon/.test(text)
          ? 12
          : 0
      : (Number(clock[1]) % (clock[3] === undefined ? 24 : 12)) + pm;
  const minute = clock?.[2] === undefined ? 0 : Number(clock[2]);
  const minutes = /^every\s+(\d+)\s+minutes?/.exec(text)?.[1];
  if (minutes !== undefined) return `*/${minutes} * * * *`;
  const hours = /^every\s+(\d+)\s+hours?/.exec(text)?.[1];
  if (hours !== undefined) return `0 */${hours} * * *`;
  if (/^(?:hourly|every\s+hour)/.test(text)) return '0 * * * *';
  const day = Object.entries(days).find(([name]) => text.includes(name))?.[1];
  if (day !== undefined) return `${minute} ${hour} * * ${day}`;
  if (/week-?days?|working days?/.test(text)) return `${minute} ${hour} * * 1-5`;
  if (/^(?:daily|nightly|every\s+(?:day|night|morning|evening))/.test(text)) return `${minute} ${hour} * * *`;
  if (/^weekly/.test(text)) return `${minute} ${hour} * * 1`;
  return undefined;
}
