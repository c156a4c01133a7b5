import { fromSyntax } from './support/syntax.ts';

export const notText = fromSyntax(
  'not-text',
  'The file holds bytes that text never has: it is probably an image, an archive, or text in another encoding. Save it as UTF-8.',
  {
    bad: ['<<\0>>PNG runbook:', 'runbook: v1 <<\u0007>>'],
    good: ['steps:\n  - run: echo ü 漢 🙂'],
  },
);
