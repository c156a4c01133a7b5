import { stringify } from 'yaml';
import type { ActionView } from '../../protocol/lsp.ts';
import type { Json } from '../../runbook/core/json.ts';
import { refang } from '../plan/entities.ts';
import { nothingKnown } from '../plan/phrase.ts';
import type { Missing, Plan, PlannedAction } from '../plan/plan.ts';
import { readPlan, stepIds } from '../plan/read.ts';
import { seenFrom } from '../plan/runbook.ts';
import { knownFrom } from '../plan/slots.ts';
import { type Stage, stages } from './stages.ts';

export interface InputFile {
  /** As the runbook will name it. */
  readonly path: string;
  readonly kind: 'csv' | 'json' | 'excel' | 'other';
  /** Names of columns, where the file has them. */
  readonly columns: readonly string[];
}

export interface Wanted {
  /** The problem in words. */
  readonly text: string;
  readonly inputs: readonly InputFile[];
  /** Files that should come out. */
  readonly outputs: readonly string[];
  /** Leads from the runbook's folder to the one that all these paths start from: `../../`; they are the same one without it. */
  readonly up?: string;
}

/** One choice that was made, and why. */
export interface Reason {
  readonly choice: string;
  readonly why: string;
}

export interface Generated {
  readonly text: string;
  readonly actions: readonly PlannedAction[];
  readonly stages: readonly Stage[];
  readonly missing: readonly Missing[];
  /** 0 to 1. */
  readonly confidence: number;
  /** Milliseconds, the longest of what runs side by side. */
  readonly estimate: number;
  readonly reasons: readonly Reason[];
}

/**
 * A runbook for a problem in words, put together from the catalogue: what the words name, what the given files need to be read, and what
 * the wanted files need to be written. Undefined where nothing in it is something that an action does.
 */
export function generate(wanted: Wanted, catalog: readonly ActionView[]): Generated | undefined {
  const reasons: Reason[] = [];
  const text = opening(wanted, reasons) + refang(wanted.text) + ending(wanted, reasons);
  const known = { ...nothingKnown, ...knownFrom(text), files: wanted.inputs.map(({ path }) => path) };
  const plan = readPlan(text, { catalog, known });
  if (plan === undefined) return undefined;
  const filled = seenFrom(fillColumns(plan, wanted, reasons), wanted.up ?? '');
  for (const { uses, summary } of filled.actions) reasons.push({ choice: uses, why: `the words ask for it: ${summary}` });
  const parts = stages(filled.actions);
  for (const part of parts)
    if (part.length > 1)
      reasons.push({
        choice: 'parallel',
        why: `${part.map((index) => stepIds(filled.actions.map(({ uses }) => uses))[index]).join(' and ')} only read and do not need one another`,
      });
  const time = (index: number) => catalog.find(({ name }) => name === filled.actions[index]?.uses)?.estimate ?? 1000;
  return {
    text: runbookText(filled, parts, wanted.text),
    actions: filled.actions,
    stages: parts,
    missing: filled.missing,
    confidence: Math.max(0.1, Math.round((filled.confidence - 0.15 * filled.missing.length) * 100) / 100),
    estimate: parts.reduce((sum, part) => sum + Math.max(...part.map(time)), 0),
    reasons,
  };
}

/** Files that nobody said to import are imported first. */
function opening({ text, inputs }: Wanted, reasons: Reason[]): string {
  const unread = inputs.filter(
    ({ path, kind }) => kind !== 'other' && !new RegExp(`\\b(?:import|load|read|ingest|open)\\b[^.]*${escaped(path)}`, 'i').test(text),
  );
  const first = unread.find(({ path }) => !text.includes(path)) ?? unread[0];
  if (first === undefined || /\b(?:import|load|read|ingest)\b.*\.(?:csv|json|xlsx)/i.test(text)) return '';
  reasons.push({
    choice: `import ${first.path}`,
    why: `it is given as ${first.kind}${first.columns.length === 0 ? '' : ` with the columns ${first.columns.slice(0, 8).join(', ')}`}`,
  });
  return `Import ${first.path}, `;
}

/** Files that are wanted and that the words do not write are written last. */
function ending({ text, outputs }: Wanted, reasons: Reason[]): string {
  const missing = outputs.filter((path) => !text.includes(path));
  return missing
    .map((path) => {
      reasons.push({ choice: `write ${path}`, why: 'it is wanted as output' });
      return /\.(?:html?|md)$/i.test(path) ? `, write a report to ${path}` : `, save it as ${path}`;
    })
    .join('');
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A column that the words leave open, where the files leave one choice. */
function fillColumns(plan: Plan, { inputs }: Wanted, reasons: Reason[]): Plan {
  const [first, second] = inputs.filter(({ columns }) => columns.length > 0);
  if (first === undefined) return plan;
  const shared = second === undefined ? [] : first.columns.filter((name) => second.columns.includes(name));
  const address = first.columns.filter((name) => /(?:^|_)(?:ip|source|src|address|addr|host|indicator)(?:$|_)/i.test(name));
  const on = shared.length === 1 ? shared[0] : address.length === 1 ? address[0] : undefined;
  const open = plan.missing.find(({ action, parameter }) => action === 'data/enrich' && parameter === 'on');
  if (open === undefined || on === undefined) return plan;
  reasons.push({
    choice: `look up by ${on}`,
    why: shared.length === 1 ? 'it is the column that both files have' : 'it is the column of addresses',
  });
  return {
    ...plan,
    actions: plan.actions.map((action, index) => (index === open.index ? { ...action, with: { ...action.with, on } } : action)),
    missing: plan.missing.filter((piece) => piece !== open),
  };
}

function runbookText({ actions }: Plan, parts: readonly Stage[], title: string): string {
  const ids = stepIds(actions.map(({ uses }) => uses));
  const step = (index: number): Json => {
    const { uses = '', with: given = {}, summary = '' } = actions[index] ?? {};
    return { id: ids[index] ?? '', name: plain(summary), uses, ...(Object.keys(given).length === 0 ? {} : { with: given }) };
  };
  const steps = parts.map((part): Json => (part.length === 1 ? step(part[0] ?? 0) : { parallel: part.map(step) }));
  return stringify({ runbook: 'v1', name: plain(title).slice(0, 80), description: plain(title), steps }, { lineWidth: 0 });
}

const plain = (text: string): string => refang(text).replaceAll(/\s+/g, ' ').trim().slice(0, 500);
