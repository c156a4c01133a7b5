import * as Type from 'typebox';
import { Check } from 'typebox/schema';
import { RiskLevel } from './run.ts';

/**
 * Messages between the chat's webview and the extension host, both ways. Closed unions over `kind`; each side checks what it gets.
 * Nothing the webview sends is executed: it names a turn, a step or a choice, and the host looks up what that means.
 */
const closed = { additionalProperties: false };
const Text = Type.String({ maxLength: 2_000_000 });
const Question = Type.String({ minLength: 1, maxLength: 20_000 });
const Index = Type.Integer({ minimum: 0, maximum: 19 });
const Id = Type.String({ minLength: 1, maxLength: 200 });

/** One part of what a model gets, with the exact text that is sent. */
export const ContextChip = Type.Object(
  {
    heading: Type.String(),
    /** Empty when an old turn was trimmed from the stored session. */
    text: Text,
    characters: Type.Integer(),
    /** What was hidden, and how often. */
    redactions: Type.Array(Type.Object({ what: Type.String(), count: Type.Integer() }, closed)),
    /** What was shortened, and how, when it did not fit. */
    summary: Type.Optional(Type.String()),
  },
  closed,
);
export type ContextChip = Type.Static<typeof ContextChip>;

export const DiagnosisView = Type.Object(
  { step: Type.String(), class: Type.String(), cause: Type.String(), evidence: Text, remedies: Type.Array(Type.String()) },
  closed,
);
export type DiagnosisView = Type.Static<typeof DiagnosisView>;

/** A problem as shown: what happened, and what to do about it. */
export const Trouble = Type.Object({ code: Type.String(), message: Type.String(), remedy: Type.String() }, closed);
export type Trouble = Type.Static<typeof Trouble>;

/** What a sentence would do: asked about piece by piece, then confirmed as a whole. */
export const PlanView = Type.Object(
  {
    /** `asking`: something is missing. `ready`: a person may say yes. `begun`: its run shows how it goes. */
    state: Type.Enum(['asking', 'ready', 'begun', 'cancelled']),
    actions: Type.Array(
      Type.Object(
        {
          uses: Type.String(),
          summary: Type.String(),
          risk: RiskLevel,
          /** Everything that it is given, as it will be: no input is left out. */
          inputs: Type.Array(Type.Object({ name: Type.String(), value: Type.String() }, closed)),
          /** Where it runs; none: the engine's own machine. */
          target: Type.Optional(Type.String()),
          /** What it reaches, such as `address 192.0.2.7`. */
          touches: Type.Array(Type.String()),
        },
        closed,
      ),
    ),
    risk: RiskLevel,
    /** Milliseconds, and how many earlier runs say so; none: the actions' own estimate. */
    estimate: Type.Object({ milliseconds: Type.Number(), runs: Type.Integer() }, closed),
    /** While asking: the next question, answered by a choice or in words. */
    question: Type.Optional(Type.Object({ text: Type.String(), options: Type.Array(Type.String()), left: Type.Integer() }, closed)),
    /** Name of the runbook's file that it became. */
    runbook: Type.Optional(Type.String()),
  },
  closed,
);
export type PlanView = Type.Static<typeof PlanView>;

/** How a plan's run goes, and how it ended. */
export const ExecutionView = Type.Object(
  {
    run: Id,
    /** As the engine calls it. */
    status: Type.String(),
    /** What is not answered from the card, in a sentence: the person answers it in the Approvals view. */
    waits: Type.Optional(Type.String()),
    /** Execution time, once it has ended. */
    milliseconds: Type.Optional(Type.Number()),
    actions: Type.Array(
      Type.Object(
        {
          step: Type.String(),
          summary: Type.String(),
          status: Type.Enum(['pending', 'waiting', 'running', 'succeeded', 'failed', 'skipped']),
          /** What came of it, in a few words: `rule_12345 created`. */
          detail: Type.Optional(Type.String()),
          remedy: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type ExecutionView = Type.Static<typeof ExecutionView>;

/** A change that a person may apply, with both texts as they were when it was proposed. */
export const ProposalView = Type.Object(
  {
    kind: Type.Enum(['edit', 'new']),
    /** Name of the file, or its path below the workspace where it is new. */
    file: Type.String(),
    summary: Type.String(),
    /** Both are empty when an old turn was trimmed from the stored session; `before` is empty of a new file. */
    before: Text,
    after: Text,
    problems: Type.Array(Type.Object({ line: Type.Integer(), severity: Type.String(), message: Type.String() }, closed)),
    /** `stale`: the file has changed so that the change does not fit any more. */
    state: Type.Enum(['open', 'applied', 'discarded', 'stale']),
    /** What came of the last attempt, in a sentence. */
    note: Type.Optional(Type.String()),
  },
  closed,
);
export type ProposalView = Type.Static<typeof ProposalView>;

/** A tool that a model asked for, with exactly what it was told. */
export const ToolCallView = Type.Object(
  {
    name: Type.String(),
    input: Type.String(),
    summary: Type.String(),
    /** Why it was not done. */
    refused: Type.Optional(Type.String()),
    /** Empty when an old turn was trimmed from the stored session. */
    result: Text,
  },
  closed,
);
export type ToolCallView = Type.Static<typeof ToolCallView>;

/** `partial`: the stream broke, the text is the half that came. */
export const TurnState = Type.Enum(['answering', 'done', 'partial', 'stopped', 'failed']);
export type TurnState = Type.Static<typeof TurnState>;

export const Turn = Type.Object(
  {
    id: Id,
    question: Type.String({ maxLength: 20_000 }),
    context: Type.Array(ContextChip),
    /** What the context could not contain, in sentences. */
    notes: Type.Array(Type.String()),
    state: TurnState,
    answer: Text,
    /** Who answers: a model's name, or `offline`. */
    model: Type.String(),
    run: Type.Optional(Type.String()),
    diagnosis: Type.Optional(DiagnosisView),
    trouble: Type.Optional(Trouble),
    plan: Type.Optional(PlanView),
    execution: Type.Optional(ExecutionView),
    toolCalls: Type.Optional(Type.Array(ToolCallView, { maxItems: 500 })),
    proposals: Type.Optional(Type.Array(ProposalView, { maxItems: 20 })),
    /** The request was to run something; a button may offer to ask for that. */
    offerRun: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type Turn = Type.Static<typeof Turn>;

export const ProviderKind = Type.Enum(['offline', 'vscode', 'openai']);
export type ProviderKind = Type.Static<typeof ProviderKind>;

export const ProviderView = Type.Object(
  {
    kind: ProviderKind,
    /** `Offline rules`, or the model's name. */
    label: Type.String(),
    /** Host of the endpoint, so that a person sees where text goes. */
    endpoint: Type.Optional(Type.String()),
    hasKey: Type.Boolean(),
  },
  closed,
);
export type ProviderView = Type.Static<typeof ProviderView>;

/** What the next question would be about, and what would be sent with it. */
export const Upcoming = Type.Object(
  {
    context: Type.Array(ContextChip),
    notes: Type.Array(Type.String()),
    runbook: Type.Optional(Type.String()),
    run: Type.Optional(Type.Object({ id: Id, status: Type.String(), chosen: Type.Boolean() }, closed)),
  },
  closed,
);
export type Upcoming = Type.Static<typeof Upcoming>;

export const ToChat = Type.Union([
  Type.Object({ kind: Type.Literal('state'), turns: Type.Array(Turn), provider: ProviderView, upcoming: Upcoming }, closed),
  Type.Object({ kind: Type.Literal('provider'), provider: ProviderView }, closed),
  Type.Object({ kind: Type.Literal('upcoming'), upcoming: Upcoming }, closed),
  /** A turn is new or has changed as a whole. */
  Type.Object({ kind: Type.Literal('turn'), turn: Turn }, closed),
  Type.Object({ kind: Type.Literal('token'), turn: Id, text: Text }, closed),
  /** One line about what is being waited for. */
  Type.Object({ kind: Type.Literal('status'), turn: Id, text: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('focus') }, closed),
]);
export type ToChat = Type.Static<typeof ToChat>;

export const FromChat = Type.Union([
  Type.Object({ kind: Type.Literal('ready') }, closed),
  Type.Object({ kind: Type.Literal('ask'), text: Question }, closed),
  Type.Object({ kind: Type.Literal('stop') }, closed),
  Type.Object({ kind: Type.Literal('retry'), turn: Id }, closed),
  Type.Object({ kind: Type.Literal('set-provider'), provider: ProviderKind }, closed),
  Type.Object({ kind: Type.Literal('set-key') }, closed),
  Type.Object({ kind: Type.Literal('test-model') }, closed),
  /** Shows the step of the turn's run in the editor. */
  Type.Object({ kind: Type.Literal('reveal-step'), turn: Id, step: Id }, closed),
  /** Asks to run the open runbook, by the same command and questions as everywhere. */
  Type.Object({ kind: Type.Literal('run') }, closed),
  /** Asks to carry out the plan of a turn: the host decides what that means and who must agree. */
  Type.Object({ kind: Type.Literal('execute'), turn: Id }, closed),
  Type.Object({ kind: Type.Literal('cancel-plan'), turn: Id }, closed),
  /** Opens the runbook that the plan became. */
  Type.Object({ kind: Type.Literal('edit-plan'), turn: Id }, closed),
  /** Of the plan's run. */
  Type.Object({ kind: Type.Literal('retry-run'), turn: Id }, closed),
  Type.Object({ kind: Type.Literal('explain-run'), turn: Id }, closed),
  Type.Object({ kind: Type.Literal('show-run'), turn: Id }, closed),
  /** Where questions are answered that a card does not answer. */
  Type.Object({ kind: Type.Literal('show-approvals') }, closed),
  /** Applies a proposal of a turn: the host knows what it is, and whether it still fits. */
  Type.Object({ kind: Type.Literal('apply-proposal'), turn: Id, proposal: Index }, closed),
  Type.Object({ kind: Type.Literal('open-proposal'), turn: Id, proposal: Index }, closed),
  Type.Object({ kind: Type.Literal('discard-proposal'), turn: Id, proposal: Index }, closed),
  /** Asks a question again in other words; its turn and those after it go. */
  Type.Object({ kind: Type.Literal('resend'), turn: Id, text: Question }, closed),
  /** Back to the last failed run of the open runbook. */
  Type.Object({ kind: Type.Literal('forget-run') }, closed),
]);
export type FromChat = Type.Static<typeof FromChat>;

export const isToChat = (value: unknown): value is ToChat => Check(ToChat, value);
export const isFromChat = (value: unknown): value is FromChat => Check(FromChat, value);
