import { setImmediate as breathe } from 'node:timers/promises';
import type { ActionCode } from '../../../engine/connectors/action.ts';
import { ProblemError } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { fitting } from '../fit.ts';
import { paragraphs, readFinding } from './finding.ts';
import { confidenceOf, matcher, type Reason } from './match.ts';
import { loadTable, type Table, type Technique } from './table.ts';

/** Findings after which the engine does something else in between. */
const stride = 50;
const mostUnmapped = 100;
/** Reasons that are listed of one technique. */
const mostReasons = 20;

interface Mapped {
  confidence: number;
  count: number;
  readonly why: { readonly reason: Reason; readonly finding: number }[];
}

export const attackMap: ActionCode = async (input, context) => {
  try {
    const table = await loadTable(context.workspace);
    const least = typeof input.min_confidence === 'number' ? input.min_confidence : 0.3;
    const given: Json[] = [
      ...(typeof input.text === 'string' ? paragraphs(input.text) : []),
      ...(Array.isArray(input.findings) ? input.findings : []),
    ];
    const reasonsOf = matcher(table);
    const mapped = new Map<string, Mapped>();
    const unmapped: { finding: number; excerpt: string }[] = [];
    let unmappedCount = 0;
    for (const [index, one] of given.entries()) {
      if (index % stride === 0) await breathe();
      if (context.signal.aborted) return { kind: 'cancelled' };
      const finding = readFinding(one);
      const byTechnique = Map.groupBy(reasonsOf(finding), ({ technique }) => technique);
      let fits = false;
      for (const [technique, reasons] of byTechnique) {
        const confidence = confidenceOf(reasons);
        if (confidence < least) continue;
        fits = true;
        const known = mapped.get(technique) ?? { confidence: 0, count: 0, why: [] };
        mapped.set(technique, known);
        known.confidence = Math.max(known.confidence, confidence);
        known.count++;
        for (const reason of reasons) if (known.why.length < mostReasons) known.why.push({ reason, finding: index + 1 });
      }
      if (fits) continue;
      unmappedCount++;
      if (unmapped.length < mostUnmapped) unmapped.push({ finding: index + 1, excerpt: finding.excerpt });
    }
    context.log(`${given.length} findings, ${mapped.size} techniques, ${unmappedCount} without one; ATT&CK ${table.version}`);
    const most = typeof input.max_techniques === 'number' ? input.max_techniques : 50;
    return {
      kind: 'succeeded',
      outputs: {
        techniques: fitting(techniquesOf(table, mapped).slice(0, most)),
        tactics: tacticsOf(table, mapped),
        unmapped: fitting(unmapped),
        unmapped_count: unmappedCount,
        version: table.version,
      },
    };
  } catch (error) {
    if (error instanceof ProblemError) return { kind: 'failed', error: error.problem };
    throw error;
  }
};

function techniquesOf(table: Table, mapped: ReadonlyMap<string, Mapped>): Record<string, Json>[] {
  const sorted = [...mapped].sort(
    ([a, one], [b, other]) => other.confidence - one.confidence || other.count - one.count || (a < b ? -1 : 1),
  );
  return sorted.map(([id, { confidence, count, why }]) => {
    const { name, tactics } = techniqueOf(table, id);
    return {
      id,
      name,
      tactics: [...tactics],
      url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`,
      confidence,
      count,
      why: why.map(({ reason: { kind, what }, finding }) => ({ kind, what: what.slice(0, 200), finding })),
    };
  });
}

function tacticsOf(table: Table, mapped: ReadonlyMap<string, Mapped>): Record<string, Json>[] {
  return table.tactics.flatMap(({ id, key, name }) => {
    const techniques = [...mapped.keys()].filter((technique) => techniqueOf(table, technique).tactics.includes(key)).sort();
    return techniques.length === 0 ? [] : [{ id, name, count: techniques.length, techniques }];
  });
}

/** A sub-technique that the table lacks has the tactics of its parent. */
function techniqueOf({ techniques }: Table, id: string): Pick<Technique, 'name' | 'tactics'> {
  return techniques.get(id) ?? { name: null, tactics: techniques.get(id.replace(/\..*/, ''))?.tactics ?? [] };
}
