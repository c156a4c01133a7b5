import * as Type from 'typebox';
import type { Plan } from '../../copilot/plan/plan.ts';
import { Turn } from '../../protocol/chat.ts';
import { StoredProposal, withoutTexts } from './proposal-view.ts';

// What of a conversation survives a reload; it is checked when it is read again, as it lies where others can write.

export const StoredPlan = Type.Unsafe<{ readonly plan: Plan; readonly title?: string; readonly file?: string; readonly text?: string }>(
  Type.Object({
    plan: Type.Object({
      actions: Type.Array(Type.Object({ uses: Type.String(), with: Type.Record(Type.String(), Type.Unknown()), summary: Type.String() })),
      missing: Type.Array(Type.Unknown()),
      confidence: Type.Number(),
      risk: Type.String(),
    }),
    title: Type.Optional(Type.String()),
    file: Type.Optional(Type.String()),
    text: Type.Optional(Type.String()),
  }),
);
export const StoredSession = Type.Object({
  turns: Type.Array(Turn),
  run: Type.Optional(Type.String()),
  plans: Type.Optional(Type.Record(Type.String(), StoredPlan)),
  proposals: Type.Optional(Type.Record(Type.String(), Type.Array(StoredProposal))),
});
export type StoredSession = Type.Static<typeof StoredSession>;

/** An old turn, without the texts that it was given. */
export const trimmed = (turn: Turn): Turn => ({
  ...turn,
  ...withoutTexts(turn),
  context: turn.context.map((chip) => ({ ...chip, text: '' })),
  ...(turn.toolCalls === undefined ? {} : { toolCalls: turn.toolCalls.map((call) => ({ ...call, result: '' })) }),
});
