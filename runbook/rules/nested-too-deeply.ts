import { limits } from '../syntax/limits.ts';
import { fromSyntax } from './support/syntax.ts';

export const nestedTooDeeply = fromSyntax(
  'nested-too-deeply',
  'Lists and maps are nested more than 100 levels deep. Brackets or indentation were probably pasted by mistake.',
  {
    bad: [`x-deep: ${'['.repeat(limits.depth)}<<[>>`],
    good: [
      `x-deep: ${'['.repeat(9)}${']'.repeat(9)}\nsteps:\n  - run: echo\n`,
      // Wide is not deep.
      `x-wide: { ${Array.from({ length: limits.depth + 1 }, (_, index) => `k${index}: 1`).join(', ')} }\nsteps:\n  - run: echo\n`,
    ],
  },
);
