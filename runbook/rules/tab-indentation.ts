import { fromSyntax } from './support/syntax.ts';

export const tabIndentation = fromSyntax(
  'tab-indentation',
  'YAML is indented with spaces only. Replace each tab by two spaces; tabs inside a script are fine.',
  {
    bad: ['steps:\n<<\t>>- run: echo\n'],
    good: ['steps:\n  - run: |\n      if true; then\n      \techo\n      fi\n'],
  },
);
