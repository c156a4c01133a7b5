import type { Fix } from '../../diagnostic.ts';
import type { Document } from '../../document.ts';
import type { Range } from '../../syntax/lines.ts';
import { ScalarMap } from '../../syntax/scalar.ts';
import { entriesOf, entryOf, type ScalarNode, stringOf, textOf, valueIn } from '../../syntax/tree.ts';
import { appendTo, type Edit, indentAt, insertAt, lineBreak } from '../edit.ts';

/** Puts the expression into `env` of its step and a quoted variable in its place. Nothing is offered where the quotes of the script are unclear. */
export function moveToEnv(
  document: Document,
  range: Range,
  { step: path, expression }: Extract<Fix, { kind: 'move-to-env' }>,
): { title: string; edits: readonly Edit[] }[] {
  const step = document.steps.find((one) => one.path === path);
  const run = entryOf(step?.node, 'run');
  if (!step || !run || run.merged || run.value.kind !== 'scalar') return [];
  const env = entryOf(step.node, 'env');
  const variables = entriesOf(env?.value).map((entry) => ({ name: entry.key.source, value: textOf(entry.value) }));
  const same = variables.find(({ value }) => value !== undefined && /^\$\{\{\s*(.*?)\s*\}\}$/s.exec(value)?.[1] === expression);
  const taken = new Set(
    [...variables, ...entriesOf(valueIn(document.root, 'env')).map((entry) => ({ name: entry.key.source }))].map(({ name }) => name),
  );
  const name = same?.name ?? freeName(expression, taken);
  const shell = stringOf(valueIn(step.node, 'shell')) ?? (valueIn(step.node, 'shell') ? 'other' : 'bash');
  const variable = read(document, run.value, range, name, shell);
  if (variable === undefined) return [];
  const inScript = replace(document, run.value, range, variable);
  const declare = same ? [] : declaration(document, step.node, run.key.range.start, name, `\${{ ${expression} }}`);
  return declare ? [{ title: `Move the expression to \`env\` as ${name}`, edits: [...declare, ...inScript] }] : [];
}

/** `steps.probe.outputs.exit-code` → EXIT_CODE, with a number behind it where that is taken. */
function freeName(expression: string, taken: ReadonlySet<string>): string {
  const last = /([A-Za-z][\w-]*)(?:'\])?\s*$/.exec(expression)?.[1] ?? 'VALUE';
  const base = last.toUpperCase().replaceAll('-', '_');
  // Names that shells and systems give a meaning of their own.
  const first = /^(PATH|HOME|USER|SHELL|PWD|IFS|LANG|TERM|UID|ENV|HOSTNAME|TMPDIR|PS\d)$/.test(base) ? `${base}_VALUE` : base;
  let name = first;
  for (let count = 2; taken.has(name); count++) name = `${first}_${count}`;
  return name;
}

/** How the script reads the variable at this place; undefined where that cannot be said for sure. */
function read(document: Document, scalar: ScalarNode, range: Range, name: string, shell: string): string | undefined {
  if (typeof scalar.value !== 'string') return undefined;
  const before = scalar.value.slice(0, new ScalarMap(document.text, scalar).index(range.start));
  const state = quotes(before);
  if (shell === 'bash' || shell === 'sh') {
    if (/<<-?\s*['"]?\w+/.test(before)) return undefined;
    return state === 'double' ? `\${${name}}` : state === 'single' ? `'"$${name}"'` : `"$${name}"`;
  }
  if (state !== 'none') return undefined;
  if (shell === 'pwsh') return `$env:${name}`;
  if (shell === 'node') return `process.env.${name}`;
  return shell === 'python' ? `__import__('os').environ['${name}']` : undefined;
}

function quotes(script: string): 'none' | 'single' | 'double' {
  let state: 'none' | 'single' | 'double' = 'none';
  for (let index = 0; index < script.length; index++) {
    const char = script[index];
    if (char === '\\' && state !== 'single') index++;
    else if (char === '#' && state === 'none' && (index === 0 || /\s/.test(script[index - 1] ?? ''))) {
      while (index + 1 < script.length && script[index + 1] !== '\n') index++;
    } else if (char === "'" && state !== 'double') state = state === 'single' ? 'none' : 'single';
    else if (char === '"' && state !== 'single') state = state === 'double' ? 'none' : 'double';
  }
  return state;
}

/** The variable, written so that the YAML around it still reads as the same text. */
function replace({ text }: Document, scalar: ScalarNode, range: Range, variable: string): Edit[] {
  if (scalar.style === 'double') return [{ range, text: variable.replaceAll('"', '\\"') }];
  if (scalar.style === 'single') return [{ range, text: variable.replaceAll("'", "''") }];
  // At the very start of a plain value its quotes would become YAML's.
  if (scalar.style === 'plain' && range.start === scalar.range.start) {
    const whole = variable + text.slice(range.end, scalar.range.end);
    return [{ range: scalar.range, text: `'${whole.replaceAll("'", "''")}'` }];
  }
  return [{ range, text: variable }];
}

function declaration(
  document: Document,
  node: Parameters<typeof entryOf>[0],
  runStart: number,
  name: string,
  value: string,
): Edit[] | undefined {
  const env = entryOf(node, 'env');
  const flow = node?.kind === 'map' && node.flow;
  const inFlow = flow || (env?.value.kind === 'map' && env.value.flow);
  const quoted = inFlow || /: |\s#|["\\]/.test(value) ? JSON.stringify(value) : value;
  if (env?.merged) return undefined;
  if (env && env.value.kind === 'map' && env.value.entries.length > 0) {
    const edit = appendTo(document, env.value, [{ name, value: quoted }]);
    return edit && [edit];
  }
  if (env) return undefined;
  if (flow) return [insertAt(runStart, `env: { ${name}: ${quoted} }, `)];
  const indent = indentAt(document, runStart);
  return [insertAt(runStart, `env:${lineBreak(document)}${indent}  ${name}: ${quoted}${lineBreak(document)}${indent}`)];
}
