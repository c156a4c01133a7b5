import type { Json } from '../../../runbook/core/json.ts';
import { cut, type Message, origin } from './message.ts';

/**
 * The published shapes of incoming webhooks. A message is shown as it is: text from an alert must become no link, no mention of
 * everybody and no formatting.
 */
export const bodies: Readonly<Record<'slack' | 'teams' | 'mattermost' | 'webhook', (message: Message) => Json>> = {
  /** Blocks of plain text; the fallback for notifications is read as their markup and has its three characters escaped. */
  slack: (message) => ({
    text: `${slackText(message.title)}: ${slackText(cut(message.text, 3000))}`,
    blocks: [
      { type: 'header', text: plain(message.title) },
      ...pieces(message.text, 2900).map((piece): Json => ({ type: 'section', text: plain(piece) })),
      { type: 'context', elements: [plain(cut(origin(message), 2000))] },
    ] satisfies Json[],
  }),
  /** An Adaptive Card of text runs, which know no Markdown. Cards end at 28 KB. */
  teams: (message) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            paragraph(message.title, { weight: 'bolder', size: 'large', ...(urgent(message) ? { color: 'attention' } : {}) }),
            ...withinBytes(message.text, 20_000)
              .split('\n')
              .slice(0, 200)
              .map((line) => paragraph(line || ' ', {})),
            paragraph(cut(origin(message), 1000), { isSubtle: true, size: 'small' }),
          ],
        },
      },
    ],
  }),
  mattermost: (message) => ({
    text: cut(`#### ${markdownText(message.title)}\n${markdownText(message.text)}\n\n${markdownText(origin(message))}`, 16_000),
    ...(urgent(message) ? { priority: { priority: message.severity === 'critical' ? 'urgent' : 'important' } } : {}),
  }),
  webhook: (message) => ({ ...message }),
};

const urgent = ({ severity }: Message): boolean => severity === 'high' || severity === 'critical';

const plain = (text: string): Json => ({ type: 'plain_text', text, emoji: false });

const slackText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const paragraph = (text: string, style: Readonly<Record<string, Json>>): Json => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...style }],
});

/** Escaped where it would be Markdown; a mention loses its force by a character without width. */
const markdownText = (text: string): string =>
  text
    .replace(/[\\`*_~[\]<>|#]/g, '\\$&')
    .replace(/^(\s*)([-+]|\d+[.)])(?=\s)/gm, '$1\u200b$2')
    .replaceAll('@', '@\u200b');

function pieces(text: string, length: number): string[] {
  const found: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const pair = rest.length > length && /[\uD800-\uDBFF]/.test(rest[length - 1] ?? '') ? 1 : 0;
    found.push(rest.slice(0, length - pair));
    rest = rest.slice(length - pair);
  }
  return found;
}

function withinBytes(text: string, most: number): string {
  let kept = text;
  while (Buffer.byteLength(kept) > most) kept = cut(kept, Math.max(1, Math.floor(kept.length * 0.9)));
  return kept;
}
