import { fromSyntax } from './support/syntax.ts';

const bomb = ['x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
for (const [index, name] of [...'bcde'].entries()) bomb.push(`x-${name}: &${name} [${Array(10).fill(`*${'abcd'[index]}`).join(', ')}]`);

export const aliasExpansion = fromSyntax(
  'alias-expansion',
  'Aliases that repeat aliases grow exponentially. Written out, this file would have more values than any runbook needs.',
  {
    bad: [`${bomb.slice(0, -1).join('\n')}\nx-e: &e <<[${Array(10).fill('*d').join(', ')}]>>\nsteps:\n  - run: echo\n`],
    good: [`${bomb.slice(0, 3).join('\n')}\nsteps:\n  - run: echo\n`],
  },
);
