import type { Phrase } from '../phrase.ts';
import { severity, shown, words } from '../slots.ts';

const whom =
  '(?:team|analysts?|soc|on-?call|everyone|everybody|people|staff|security|admins?|administrators?|operators?|ops|engineers?|responders?|managers?|management|channel|slack|teams|mattermost|them|us|colleagues|csirt|cert|blue team|helpdesk|support|by e-?mail|e-?mail|#\\w+)';

/** Telling people. */
export const notification: readonly Phrase[] = [
  {
    uses: 'notify/analysts',
    says: new RegExp(
      `\\b(?:notify|alert|tell|inform|warn|e-?mail|page|message|ping|update|brief)\\b.*\\b${whom}|\\blet\\b.*\\bknow\\b|\\b(?:send|post|raise|issue|put out)\\b.*\\b(?:alert|message|notification|warning|e-?mail|note|heads[- ]?up|update)\\b|\\b(?:send|post)\\b.*\\b${whom}|\\bescalate\\b|^\\s*(?:please\\s+)?(?:notify|alert|inform|warn)\\s+\\S+`,
      'i',
    ),
    unless: /\bmute|silence\b/i,
    slots: [
      {
        parameter: 'text',
        find(clause, { text, known, before }) {
          const quoted = clause.entities.find(({ kind }) => kind === 'quoted')?.value;
          if (quoted !== undefined) return quoted;
          const said = /(?::\s+|\b(?:that|saying|about|with the (?:message|text)|know that|know)\s+)(.+?)\s*[.!]?$/i.exec(clause.text)?.[1];
          if (said !== undefined && said.split(/\s+/).length >= 2 && !/^(?:it|this|that|them)$/i.test(said)) return said;
          // "tell the team it was a false alarm": without "that" too.
          const told = toldTo.exec(clause.text)?.[1];
          if (told !== undefined && told.split(/\s+/).length >= 3) return told;
          const done = before.map(({ summary }) => summary);
          if (known.title !== undefined) return done.length === 0 ? known.title : `${known.title}: ${done.join('; ')}`;
          return done.length === 0 ? undefined : done.join('; ') || text;
        },
        ask: {
          question: 'What should the message say?',
          options: ({ known }) => (known.title === undefined ? [] : [known.title]),
          read: (answer) => answer.trim().replace(/^["“'](.*)["”']$/, '$1') || undefined,
        },
      },
      severity('severity'),
      words(
        'channels',
        /(?:#([\w-]+)|\bchannel\s+["'`]?([\w-]+)|\b(?:on|via|in|over|through|by|to)\s+(slack|teams|mattermost|e-?mail|smtp)\b)/i,
        (name) => [name.toLowerCase().replace('-', '')],
      ),
    ],
    summary: ({ text }) => `Notify the analysts${text === undefined ? '' : `: ${shorter(shown(text) ?? '')}`}`,
  },
];

const toldTo = new RegExp(
  `\\b(?:tell|inform|notify|alert|warn|message|page)\\s+(?:all\\s+)?(?:the\\s+)?(?:(?:security|on-?call|blue|whole)\\s+)?${whom},?\\s+(?=(?:it|this|there|we|they|he|she|i|the|a|an|our|all|no|[\\w.-]+)\\s+(?:is|was|are|were|has|have|had|will|needs?|can|must|should|\\w+ (?:is|was|are|were|has|have|will))\\b)(.+?)\\s*[.!]?$`,
  'i',
);

const shorter = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 77)}…`);
