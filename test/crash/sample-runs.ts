// Runbooks whose every step leaves a trace outside the engine: one line `RUN STEP` for each time that it took effect.

/** Appended by one write, so that lines of steps at once do not mix. */
const trace = 'printf "%s %s\\n" "$RUNWRIGHT_RUN" "$RUNWRIGHT_STEP" >> effects';

/** Name → text. `port` is that of a server that counts what is posted to it. */
export function sampleRuns(port: number): Readonly<Record<string, string>> {
  return {
    chain: `runbook: v1
name: Chain
steps:
${Array.from({ length: 6 }, (_, index) => `  - { id: c${index}, run: '${trace}' }`).join('\n')}
`,
    gate: `runbook: v1
name: Gate
steps:
  - { id: before, run: '${trace}' }
  - { id: asked, approve: { message: Go on? }, run: '${trace}' }
  - { id: after, run: '${trace}' }
`,
    retry: `runbook: v1
name: Retry
steps:
  - id: twice
    retry: { attempts: 3, delay: 50ms, on: ["exit:75"] }
    run: |
      if mkdir "tried-$RUNWRIGHT_RUN" 2>/dev/null; then exit 75; fi
      ${trace}
  - { id: after, run: '${trace}' }
`,
    undone: `runbook: v1
name: Undone
on-failure: rollback
steps:
  - { id: done, run: '${trace}', undo: { run: '${trace}' } }
  - { id: fails, run: '${trace}; exit 3' }
finally:
  - { id: always, run: '${trace}' }
`,
    post: `runbook: v1
name: Post
steps:
  - { id: first, run: '${trace}' }
  - id: post
    uses: http/request
    with: { method: POST, url: "http://127.0.0.1:${port}/", headers: { x-run: "\${{ run.id }}" } }
  - { id: last, run: '${trace}' }
`,
  };
}

/** How each ends, and what must have left its trace once. */
export const expected: Readonly<Record<string, { readonly status: string; readonly once: readonly string[] }>> = {
  Chain: { status: 'completed', once: ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'] },
  Gate: { status: 'completed', once: ['before', 'asked', 'after'] },
  Retry: { status: 'completed', once: ['twice', 'after'] },
  Undone: { status: 'failed', once: ['done', 'fails', 'undo/done', 'finally/always'] },
  Post: { status: 'completed', once: ['first', 'post', 'last'] },
};
