import { fromSyntax } from './support/syntax.ts';

export const duplicateKey = fromSyntax(
  'duplicate-key',
  'One key stands twice in the same map, and only one of them could count. Keep one.',
  {
    bad: ['steps:\n  - run: echo\n    <<run>>: ls\n'],
    good: ['x-base: &base { timeout: 5s }\nsteps:\n  - <<: *base\n    timeout: 9s\n    run: echo\n'],
  },
);
