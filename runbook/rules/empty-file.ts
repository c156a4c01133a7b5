import { fromSyntax } from './support/syntax.ts';

export const emptyFile = fromSyntax(
  'empty-file',
  'There is nothing to run yet. A runbook begins with `runbook: v1`, `name:` and `steps:`; completion offers them.',
  {
    bad: ['<<>># runbook: to come'],
    good: ['steps:\n  - run: echo'],
  },
);
