/** The pure kernel: decide → events, evolve → state, effects → what to do next. State's invariants are in state.ts. */
export { decide, type Ports } from './decide.ts';
export { type DryStep, dryRun } from './dry-run.ts';
export { effects } from './effects.ts';
export { evolve } from './evolve.ts';
export { locate } from './locate.ts';
export { riskReasons } from './risk.ts';
export { initial, type Result, type Start, type State, type StepAt, type StepState } from './state.ts';
export { runStatus, type StepEntry, stepEntries, stepStatus } from './view.ts';
