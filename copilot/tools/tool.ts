import type { JsonObject } from '../../runbook/core/json.ts';
import type { Plan } from '../plan/plan.ts';
import type { Proposal } from '../proposals/proposal.ts';
import type { ToolPorts } from './ports.ts';

/** What a tool is asked, after its arguments were checked against `parameters`. */
export type ToolInput = Readonly<Record<string, unknown>>;

export type ToolResult =
  /** Given to the model, framed and masked. */
  | { readonly kind: 'data'; readonly data: JsonObject }
  /** It did not do it, and will not; `why` is a sentence for the model and the person. */
  | { readonly kind: 'refused'; readonly why: string }
  /** For a person to look at. */
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  /** For a person to confirm. */
  | { readonly kind: 'plan'; readonly plan: Plan };

/**
 * Something that a model may ask for: it reads, proposes, or asks for a run that waits for its approvals.
 * None approves, reads a secret, writes a file or weakens a policy.
 */
export interface CopilotTool {
  readonly name: string;
  /** As people read it. */
  readonly title: string;
  /** For the model: what it gives, and when to use it. */
  readonly description: string;
  /** JSON Schema (draft-07) of the arguments; `additionalProperties` is false. */
  readonly parameters: JsonObject;
  /** One line about what this call does, shown while it goes on and afterwards. */
  summary(input: ToolInput): string;
  /** What it gives is for a surface of ours, so other chats are not offered it. */
  readonly ours?: true;
  /** Set where a person should be asked before, besides the approvals of the run. */
  readonly confirm?: (input: ToolInput) => { readonly title: string; readonly message: string };
  /** Whether what it needs is there. */
  offered(ports: ToolPorts): boolean;
  invoke(input: ToolInput, ports: ToolPorts): Promise<ToolResult>;
}

export const textOf = (input: ToolInput, name: string): string | undefined => {
  const value = input[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};
export const numberOf = (input: ToolInput, name: string, usual: number): number => {
  const value = input[name];
  return typeof value === 'number' ? value : usual;
};
export const refused = (why: string): ToolResult => ({ kind: 'refused', why });
export const dataResult = (data: JsonObject): ToolResult => ({ kind: 'data', data });
