import type { RunDetail } from '../../protocol/run.ts';
import type { OpenRunbook } from '../context/ports.ts';
import { builtInLanguage } from '../tools/language.ts';
import type { LibraryEntry, ToolPorts } from '../tools/ports.ts';
import { fakeDocuments, fakeRuns, open, run } from './runs.ts';

export const entry = (name: string, text: string): LibraryEntry => ({ name, file: `/home/ada/ops/${name}`, read: async () => text });

/** Fake ports for tools; what was asked of the starter is kept. */
export function fakePorts(
  more: {
    readonly open?: OpenRunbook | undefined;
    readonly runs?: readonly RunDetail[];
    readonly library?: readonly LibraryEntry[];
    readonly outputs?: Parameters<typeof fakeRuns>[1];
    readonly refuses?: Error;
  } = {},
) {
  const started: { file: string; inputs: Readonly<Record<string, unknown>> }[] = [];
  const ports: ToolPorts = {
    sources: {
      documents: fakeDocuments('open' in more ? more.open : open('runbook: v1\nname: Nightly\nsteps:\n  - { id: work, run: "true" }\n')),
      runs: fakeRuns(more.runs ?? [], more.outputs),
    },
    language: builtInLanguage,
    library: { list: async () => more.library ?? [] },
    starter: {
      start: async (request) => {
        if (more.refuses) throw more.refuses;
        started.push(request);
        return run({ id: `new-${started.length}`, file: request.file, status: 'waiting_approval', approvals: [] });
      },
    },
  };
  return { ports, started };
}
