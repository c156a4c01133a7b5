import type { Answer } from '../../copilot/ask.ts';
import { editByRules } from '../../copilot/edit/edit.ts';
import { generate } from '../../copilot/generate/generate.ts';
import { cardOf } from '../../copilot/plan/card.ts';
import type { Plan } from '../../copilot/plan/plan.ts';
import type { NewRunbookProposal, Proposal } from '../../copilot/proposals/proposal.ts';
import { offlineName } from '../../copilot/providers/offline.ts';
import type { ToolPorts } from '../../copilot/tools/ports.ts';
import { entryOf } from '../../copilot/tools/shared.ts';

// What the participant's commands do besides asking the model; nothing of VS Code is needed for it.

export type Command = 'explain' | 'fix' | 'generate' | 'run';

/** The question that each asks when nothing more is said. */
const usual: Readonly<Record<Command, string>> = {
  explain: 'Why did the last run fail, and what should I do?',
  fix: 'What change to this runbook would fix its last failure? Propose the edit.',
  generate: 'Write a runbook',
  run: 'Run this runbook',
};
const isCommand = (name: string | undefined): name is Command => name !== undefined && Object.hasOwn(usual, name);

/** What is asked for a command and the words after it. */
export function questionOf(command: string | undefined, prompt: string): string {
  const said = prompt.trim();
  if (!isCommand(command)) return said === '' ? usual.explain : said;
  if (said === '') return usual[command];
  switch (command) {
    case 'explain':
      return `Why did the last run fail, and what should I do: ${said}`;
    case 'fix':
      // A request in full goes to the rules as it is.
      return said;
    case 'generate':
      return `Write a runbook, and propose it as a new one: ${said}`;
    case 'run':
      return said;
  }
}

export interface Extra {
  readonly text: string;
  readonly proposals: readonly Proposal[];
}

/** What the rules add where the model has proposed nothing. */
export async function byRules(command: string | undefined, prompt: string, answer: Answer, ports: ToolPorts): Promise<Extra | undefined> {
  const proposed = answer.proposals ?? [];
  if (command === 'fix' && proposed.length === 0) return fixByRules(ports);
  if (command === 'generate' && prompt.trim() !== '' && !proposed.some(({ kind }) => kind === 'new')) return generateByRules(prompt, ports);
  return undefined;
}

async function fixByRules({ sources, language }: ToolPorts): Promise<Extra | undefined> {
  const open = await sources.documents?.open();
  const made = open && (await editByRules(open, 'fix the problems', language));
  if (made?.kind !== 'proposal') return undefined;
  return { text: `The rules propose: ${made.proposal.summary}.`, proposals: [made.proposal] };
}

async function generateByRules(prompt: string, ports: ToolPorts): Promise<Extra> {
  const made = generate({ text: prompt, inputs: [], outputs: [] }, await ports.language.actions());
  if (made === undefined) return { text: 'The rules find nothing in these words that an action of the catalogue does.', proposals: [] };
  const [open] = made.missing;
  if (open !== undefined) return { text: `For a runbook by the rules one thing is missing. ${open.question}`, proposals: [] };
  const proposal: NewRunbookProposal = {
    kind: 'new',
    file: await freeName(prompt, ports),
    text: made.text,
    summary: `${made.actions.length} ${made.actions.length === 1 ? 'action' : 'actions'} of the catalogue, put together by the rules`,
    diagnostics: await ports.language.check(made.text, undefined),
  };
  const why = made.reasons.map(({ choice, why }) => `- \`${choice.replaceAll('`', "'")}\`: ${plain(why)}`).join('\n');
  return { text: `The rules put a runbook together:\n\n${why}`, proposals: [proposal] };
}

async function freeName(prompt: string, ports: ToolPorts): Promise<string> {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const base = words.slice(0, 5).join('-').slice(0, 40) || 'new';
  for (let count = 1; count < 100; count++) {
    const name = `${base}${count === 1 ? '' : `-${count}`}.runbook.yaml`;
    if ((await entryOf(ports, name)) === undefined) return name;
  }
  return `${base}-100.runbook.yaml`;
}

/** A plan as Markdown: what would be done, with everything that a person gave as text. */
export async function planMarkdown(plan: Plan, ports: Pick<ToolPorts, 'language'>): Promise<string> {
  const card = cardOf(plan, await ports.language.actions());
  const lines = card.actions.map(({ summary, uses, touches }, index) => {
    const reaches = touches.length === 0 ? '' : `, touches ${touches.map(plain).join(', ')}`;
    return `${index + 1}. **${plain(summary)}** (\`${uses}\`${reaches})`;
  });
  const after = card.question === undefined ? 'Nothing has run. You confirm it in the copilot.' : plain(card.question.text);
  return `${lines.join('\n')}\n\nRisk **${card.risk}**. ${after}`;
}

/** The beginning of a proposed text or change, to be read in the chat itself. */
export function proposalMarkdown({ kind, text, file, summary }: Proposal): string {
  if (kind === 'edit') return '';
  const shown = text.length > longestShown ? `${text.slice(0, longestShown)}\n# … and more` : text;
  // A fence longer than any in the text cannot be ended by it.
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `**${plain(file)}**: ${plain(summary)}\n\n${fence}yaml\n${shown}\n${fence}\n`;
}
const longestShown = 4_000;

/** No Markdown of somebody else's. */
const plain = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>#|!]/g, '\\$&').replaceAll(/\s+/g, ' ');

/** What may be said next; nothing that runs. */
export function nextWords(metadata: Readonly<Record<string, unknown>> | undefined): { prompt: string; command?: Command; label: string }[] {
  if (metadata === undefined) return [];
  const { command, step } = metadata;
  const named = typeof step === 'string' ? [{ prompt: `What does step ${step} do?`, label: `What does ${step} do?` }] : [];
  if (command === 'fix') return [{ prompt: '', command: 'run', label: 'Run it again' }];
  if (command === 'generate' || command === 'run' || metadata.kind !== 'question') return named;
  return [...named, { prompt: '', command: 'fix', label: 'How do I fix it?' }];
}

export const answeredBy = ({ model }: Answer, extra: Extra | undefined): string => (extra === undefined ? model : offlineName);
