import { fromSyntax } from './support/syntax.ts';

export const yamlSyntax = fromSyntax(
  'yaml-syntax',
  'The text is not valid YAML 1.2 at this place. What can be read of the rest is still checked.',
  {
    bad: ['steps:\n  - run: <<*nothing>>\n', 'steps:\n  - run: <<"never closed>>'],
    good: ['x-run: &run echo\nsteps:\n  - run: *run\n'],
  },
);
