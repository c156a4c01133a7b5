import { limits } from '../syntax/limits.ts';
import { fromSyntax } from './support/syntax.ts';

export const nestedTooDeeply = fromSyntax(
  'nested-too-deeply',
  'Lists and maps are nested more than 100 levels deep. Brackets or indentation were probably pasted by mistake.',
  {
    bad: [`x-deep: ${'['.repeat(limits.depth)}<<[>>`],
    good: [`x-deep: ${'['.repeat(9)}${']'.repeat(9)}\nsteps:\n  - run: echo\n`],
  },
);
