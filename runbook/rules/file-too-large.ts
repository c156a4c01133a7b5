import { limits } from '../syntax/limits.ts';
import { fromSyntax } from './support/syntax.ts';

export const fileTooLarge = fromSyntax(
  'file-too-large',
  'A runbook is read by people. A file of more than a million and a half characters is not analysed: split it, or move data into files that its steps read.',
  {
    bad: [`<<r>>unbook: v1\nname: n\n${'# filler\n'.repeat(limits.text / 9 + 1)}`],
    good: [`steps:\n  - run: echo\n${'# filler\n'.repeat(100)}`],
  },
);
