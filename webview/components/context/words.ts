import type { ContextChip } from '../../../protocol/chat.ts';

interface Look {
  readonly name: string;
  readonly icon: string;
}

const looks: Readonly<Record<string, Look>> = {
  '## Current Workflow Definition Context': { name: 'Definition', icon: 'file-code' },
  '## Current Workflow Instance State': { name: 'Run', icon: 'history' },
  '## Workflow Instance Errors': { name: 'Errors', icon: 'error' },
  '## Selected Activity Context': { name: 'Step', icon: 'target' },
  '## Failure Pattern Diagnosis': { name: 'Diagnosis', icon: 'lightbulb' },
};

/** A short name and a picture for a heading; a heading of later versions keeps its own words. */
export const lookOf = (heading: string): Look => looks[heading] ?? { name: heading.replace(/^#+\s*/, ''), icon: 'note' };

/** `950`, `1.2k`, `34k`. */
export function shortSize(characters: number): string {
  if (characters < 1000) return String(characters);
  const thousands = characters / 1000;
  return `${thousands < 10 ? thousands.toFixed(1) : Math.round(thousands)}k`;
}

export const hiddenCount = (chip: Pick<ContextChip, 'redactions'>): number => chip.redactions.reduce((sum, { count }) => sum + count, 0);

/** `1,204 characters. 2 secrets hidden: password (2). Shortened …` */
export function factsOf(chip: ContextChip): string {
  const hidden = hiddenCount(chip);
  const what = chip.redactions.map((redaction) => `${redaction.what} (${redaction.count})`).join(', ');
  const secrets = hidden === 0 ? 'No secret had to be hidden.' : `${hidden} secret${hidden === 1 ? '' : 's'} hidden: ${what}.`;
  return [`${chip.characters.toLocaleString('en')} characters.`, secrets, chip.summary].filter((part) => part !== undefined).join(' ');
}

/** What a screen reader says of a chip, beginning with what is seen on it. */
export const chipTitle = (chip: ContextChip): string =>
  `${lookOf(chip.heading).name} ${shortSize(chip.characters)} characters of context. Shows the exact text`;
