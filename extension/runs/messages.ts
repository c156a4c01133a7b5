import type { RunDetail } from '../../protocol/run.ts';

/** What a run wants to be shown in this window. */
export interface RunMessage {
  /** The same for the same message, however often the run is read. */
  readonly key: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Of steps that ended at `since` (ISO) or later: what was over before this window opened is no news. */
export function messagesOf({ id, runbook, steps }: RunDetail, since: string): readonly RunMessage[] {
  return steps.flatMap((step) => {
    if (step.verb !== 'notify/analysts' || step.finishedAt === undefined || step.finishedAt < since) return [];
    const results: unknown = step.outputs?.results;
    return (Array.isArray(results) ? results : []).flatMap((result: unknown, index): RunMessage[] => {
      const { type, title, text, severity } = Object(result);
      if (type !== 'vscode' || typeof text !== 'string') return [];
      const head = typeof title === 'string' && !text.trim().startsWith(title) ? `${title}: ` : '';
      return [{ key: `${id} ${step.id} ${step.attempts} ${index}`, severity: kindOf(severity), text: `${runbook} — ${head}${text}` }];
    });
  });
}

function kindOf(severity: unknown): RunMessage['severity'] {
  if (severity === 'critical') return 'error';
  return severity === 'high' || severity === 'medium' ? 'warning' : 'info';
}
