import type { RunStatus, StepStatus } from '../../protocol/run.ts';
import type { Io } from './io.ts';

type Style = Parameters<Io['style']>[0];

export const stepMarks: Readonly<Record<StepStatus, { mark: string; style: Style; word: string }>> = {
  pending: { mark: '·', style: 'dim', word: 'not started' },
  waiting_approval: { mark: '?', style: 'yellow', word: 'waiting for approval' },
  running: { mark: '▸', style: 'cyan', word: 'running' },
  succeeded: { mark: '✓', style: 'green', word: 'succeeded' },
  failed: { mark: '✗', style: 'red', word: 'failed' },
  skipped: { mark: '-', style: 'dim', word: 'skipped' },
  cancelled: { mark: '■', style: 'yellow', word: 'cancelled' },
  undone: { mark: '↶', style: 'yellow', word: 'undone' },
  unknown: { mark: '?', style: 'yellow', word: 'outcome unknown' },
};

export const runWords: Readonly<Record<RunStatus, { word: string; style: Style }>> = {
  pending: { word: 'pending', style: 'dim' },
  running: { word: 'running', style: 'cyan' },
  waiting_approval: { word: 'waiting for approval', style: 'yellow' },
  paused: { word: 'paused', style: 'yellow' },
  rolling_back: { word: 'rolling back', style: 'yellow' },
  completed: { word: 'completed', style: 'green' },
  failed: { word: 'failed', style: 'red' },
  rejected: { word: 'rejected', style: 'red' },
  cancelled: { word: 'cancelled', style: 'yellow' },
};
