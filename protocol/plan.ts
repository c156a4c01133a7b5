import * as Type from 'typebox';
import { ErrorView, RequestView, RiskLevel, UndoView } from './run.ts';

/** An expression that stays as it is written, and when what it needs is known: words behind "known". */
const Later = Type.Object({ expression: Type.String(), when: Type.Array(Type.String()) });

/** What a step would do, as far as that can be told before the run. */
export const PlanStep = Type.Object({
  /** Its path, in which `[]` stands for every item and pass. */
  id: Type.String(),
  name: Type.Optional(Type.String()),
  /** `run`, `approve`, or the action's name. */
  verb: Type.String(),
  /** 1-based, in the runbook that it is written in. */
  line: Type.Integer(),
  /** Absolute path of that runbook, where it is one that is called. */
  file: Type.Optional(Type.String()),
  inside: Type.Optional(Type.String()),
  phase: Type.Enum(['steps', 'verify', 'on-failure', 'on-cancel', 'finally']),
  /** `may-run`: its turn depends on what only the run shows. `fail`: this is known already, and `error` says why. */
  will: Type.Enum(['run', 'may-run', 'skip', 'fail']),
  /** What has to be so for its turn to come: its branch, its loop, the failure that it is for. */
  when: Type.Optional(Type.String()),
  /** Its own `if`; `holds` is absent where that is not known yet. */
  if: Type.Optional(Type.Object({ expression: Type.String(), holds: Type.Optional(Type.Boolean()) })),
  /** What it would reach, in words: `host`, `command`, `query`, `url`, `file` and the like. */
  touches: Type.Array(Type.Object({ what: Type.String(), value: Type.String() })),
  /** With the secrets as `***NAME***`; expressions that are known later stand as written. */
  request: Type.Optional(RequestView),
  /** At least, where something is known later. */
  risk: RiskLevel,
  /** Why the risk is what it is, as far as the command or the input shows it. */
  reasons: Type.Array(Type.String()),
  asks: Type.Optional(
    Type.Object({
      reason: Type.Enum(['author', 'policy']),
      message: Type.String(),
      approvers: Type.Optional(Type.Array(Type.String())),
      unresolved: Type.Optional(Type.Array(Type.String())),
      min: Type.Optional(Type.Integer()),
    }),
  ),
  later: Type.Array(Later),
  /** How many items a loop has, where that is known. */
  items: Type.Optional(Type.Integer()),
  undo: Type.Optional(UndoView),
  /** Of an action that can say what it would do. `why`: it was not asked. */
  check: Type.Optional(
    Type.Object({
      status: Type.Enum(['succeeded', 'failed', 'not-run']),
      outputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      why: Type.Optional(Type.String()),
    }),
  ),
  error: Type.Optional(ErrorView),
});
export type PlanStep = Type.Static<typeof PlanStep>;

/** A dry run: nothing was run and nothing written down. */
export const PlanView = Type.Object({
  runbook: Type.String(),
  file: Type.String(),
  /** SHA-256 of the file's text. */
  fileDigest: Type.String(),
  inputs: Type.Record(Type.String(), Type.Unknown()),
  /** False where nobody trusts the folder: then no check was run either. */
  trusted: Type.Boolean(),
  /** In the order written; what is in a loop once. */
  steps: Type.Array(PlanStep),
  /** There are more than are shown. */
  cut: Type.Boolean(),
});
export type PlanView = Type.Static<typeof PlanView>;
