import { fromSyntax } from './support/syntax.ts';

export const multipleDocuments = fromSyntax(
  'multiple-documents',
  'A file holds one runbook. Remove the `---` line and what follows it, or move it into a file of its own.',
  {
    bad: ['steps:\n  - run: echo\n<<--->>\nname: Second\n'],
    good: ['---\nrunbook: v1\nname: First\nsteps:\n  - run: echo\n'],
  },
);
