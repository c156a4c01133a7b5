import type { OutputText } from '../../protocol/api.ts';
import type { RunDetail, StepView } from '../../protocol/run.ts';
import type { Documents, OpenRunbook, Runs } from '../context/ports.ts';

/** Builders and fake ports for tests. */
export const step = (view: Partial<StepView> = {}): StepView => ({
  id: 'work',
  verb: 'run',
  line: 4,
  status: 'failed',
  attempts: 1,
  finishedAt: '2026-11-20T10:00:05.000Z',
  ...view,
});

export const run = (detail: Partial<RunDetail> = {}): RunDetail => ({
  id: 'r1',
  runbook: 'Nightly report',
  file: '/home/ada/ops/nightly.runbook.yaml',
  status: 'failed',
  createdAt: '2026-11-20T10:00:00.000Z',
  updatedAt: '2026-11-20T10:00:06.000Z',
  finishedAt: '2026-11-20T10:00:06.000Z',
  requestedBy: 'ada',
  via: 'cli',
  snapshot: 'abc',
  fileDigest: 'def',
  inputs: {},
  steps: [step()],
  approvals: [],
  errors: [],
  outputs: {},
  seq: 9,
  ...detail,
});

export const fakeDocuments = (open: OpenRunbook | undefined): Documents => ({ open: async () => open });

export function fakeRuns(details: readonly RunDetail[], outputs: Readonly<Record<string, Partial<OutputText>>> = {}): Runs {
  return {
    list: async (query) => details.filter((detail) => query?.file === undefined || detail.file === query.file),
    show: async (id) => {
      const found = details.find((detail) => detail.id === id);
      if (found === undefined) throw new Error(`There is no run ${id}.`);
      return found;
    },
    output: async (id, path) => ({
      stdout: '',
      stderr: '',
      truncated: false,
      attempt: 1,
      offsets: { stdout: 0, stderr: 0 },
      ...outputs[`${id}/${path}`],
    }),
  };
}

export const open = (text: string, more: Partial<OpenRunbook> = {}): OpenRunbook => ({
  file: '/home/ada/ops/nightly.runbook.yaml',
  text,
  unsaved: false,
  diagnostics: [],
  ...more,
});

export const failedHttp = (status: number): StepView =>
  step({
    id: 'fetch',
    verb: 'http/request',
    error: {
      code: 'http-status',
      class: 'server-error',
      message: `GET https://api.example.net/v1/items was answered with ${status}.`,
      remedy: 'See the body of the answer for the reason.',
    },
    outputs: { status },
  });

export const exitError = (code: number) => ({
  code: 'exit-code',
  class: 'exit',
  message: `The script ended with exit code ${code}.`,
  remedy: 'See the end of its output for the reason.',
});
