import { tools } from '../../copilot/tools/table.ts';
import type { CopilotTool } from '../../copilot/tools/tool.ts';
import { toolPrefix } from '../contributions.ts';

/** The tools that other chats of VS Code may use. */
export const contributed: readonly CopilotTool[] = tools.filter(({ ours }) => ours !== true);

/** What package.json declares of a tool; `npm run verify` compares the two. */
export const contributionOf = ({ name, title, description, parameters }: CopilotTool) => ({
  name: `${toolPrefix}${name}`,
  displayName: title,
  modelDescription: description,
  userDescription: title,
  canBeReferencedInPrompt: true,
  toolReferenceName: `runwright_${name}`,
  when: 'config.runwright.ai.enabled',
  inputSchema: parameters,
});
