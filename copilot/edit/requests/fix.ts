import { fixes } from '../../../runbook/language/fixes.ts';
import { cannot, type EditRule } from '../rule.ts';

/** What the light bulb would do. */
export const mending: readonly EditRule[] = [
  {
    says: /^(?:please\s+)?(?:fix|mend|correct|repair|resolve)\s+(?:it|this|that|(?:all\s+)?(?:the\s+|my\s+|these\s+)?(?:errors?|problems?|issues?|warnings?|mistakes?|typos?|diagnostics?|runbook|file|yaml)(?:\s+in\s+(?:it|this|the)\s*(?:runbook|file)?)?)\s*[.!]?\s*$/i,
    make({ analysis, document }) {
      if (analysis.diagnostics.length === 0) return cannot('The runbook has no problems.');
      const preferred = fixes(analysis, 0, document.text.length).filter((fix) => fix.preferred);
      const used = new Set<unknown>();
      const edits = preferred.flatMap((fix) => {
        if (used.has(fix.diagnostic)) return [];
        used.add(fix.diagnostic);
        return [...fix.edits];
      });
      if (edits.length === 0)
        return cannot(
          `The rules have no safe fix for: ${analysis.diagnostics
            .slice(0, 5)
            .map(({ message }) => message)
            .join(' ')}`,
        );
      return { edits, summary: `Fix ${used.size} ${used.size === 1 ? 'problem' : 'problems'}` };
    },
  },
];
