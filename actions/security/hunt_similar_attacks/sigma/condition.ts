import type { Test } from './item.ts';
import { joined, rarest } from './item.ts';
import { unsupported, wrongRule } from './problem.ts';

const words = /\s*(\(|\)|\||[^\s()|]+)/gy;
/** Deeper than this no person nests. */
const deepest = 50;

/** `selection and not 1 of filter_*`: what binds most is not, then and, then or. */
export function parseCondition(rule: string, text: string, selections: ReadonlyMap<string, Test>): Test {
  const tokens = [...text.matchAll(words)].map(([, word = '']) => word);
  let at = 0;
  const next = () => tokens[at]?.toLowerCase();
  const operand = (depth: number): Test => {
    if (depth > deepest) wrongRule(rule, 'its condition is nested too deeply');
    const word = tokens[at++];
    if (word === undefined) return wrongRule(rule, 'its condition ends too soon');
    if (word === '(') {
      const inner = either(depth + 1);
      if (tokens[at++] !== ')') wrongRule(rule, 'its condition lacks a closing parenthesis');
      return inner;
    }
    const lower = word.toLowerCase();
    if (lower === 'not') return negated(operand(depth + 1));
    if ((/^\d+$/.test(lower) || lower === 'any' || lower === 'all') && next() === 'of') {
      at++;
      return counted(rule, lower, tokens[at++], selections);
    }
    const selection = selections.get(word);
    return selection ?? wrongRule(rule, `its condition names ${word}, and detection has only ${[...selections.keys()].join(', ')}`);
  };
  const both = (depth: number): Test => {
    const tests = [operand(depth)];
    while (next() === 'and') {
      at++;
      tests.push(operand(depth));
    }
    return every(tests);
  };
  const either = (depth: number): Test => {
    const tests = [both(depth)];
    while (next() === 'or') {
      at++;
      tests.push(both(depth));
    }
    return some(tests);
  };
  const whole = either(0);
  if (tokens[at] === '|') unsupported(rule, `an aggregation (${tokens.slice(at).join(' ').slice(0, 60)})`);
  if (at < tokens.length) wrongRule(rule, `its condition goes on with ${tokens[at] ?? ''}`);
  return whole;
}

/** `1 of selection_*`, `all of them`. */
function counted(rule: string, word: string, pattern: string | undefined, selections: ReadonlyMap<string, Test>): Test {
  if (pattern === undefined) return wrongRule(rule, 'its condition ends after of');
  const wanted = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
  // `them` leaves out what begins with an underscore.
  const chosen = [...selections]
    .filter(([name]) => (pattern.toLowerCase() === 'them' ? !name.startsWith('_') : wanted.test(name)))
    .map(([, test]) => test);
  if (chosen.length === 0) return wrongRule(rule, `no selection is named ${pattern}`);
  if (word === 'all') return every(chosen);
  const least = word === 'any' ? 1 : Number(word);
  if (least === 1) return some(chosen);
  return { fits: (event) => chosen.filter((test) => test.fits(event)).length >= least };
}

export function every(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only && tests.length === 1) return only;
  const needs = rarest(tests);
  return { fits: (event) => tests.every((test) => test.fits(event)), ...(needs && { needs }) };
}

export function some(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only && tests.length === 1) return only;
  const needs = joined(tests);
  return { fits: (event) => tests.some((test) => test.fits(event)), ...(needs && { needs }) };
}

const negated = ({ fits }: Test): Test => ({ fits: (event) => !fits(event) });
