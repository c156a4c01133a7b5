import { Composer, type Document, isScalar, Parser } from 'yaml';
import { limits } from './limits.ts';

/** The first two documents; gives up after so many errors that nobody would read on. */
export function compose(text: string): Document.Parsed[] {
  // Keys are compared and aliases resolved by the builder: the library does both in quadratic time.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const documents: Document.Parsed[] = [];
  let errors = 0;
  for (const token of new Parser().parse(text)) {
    documents.push(...composer.next(token));
    if (token.type === 'error' && ++errors >= limits.problems) break;
    if (documents.length >= 2) return documents;
  }
  documents.push(...composer.end(true, text.length));
  return documents;
}

export function hasContent(document: Document.Parsed): boolean {
  return document.errors.length > 0 || !(document.contents === null || (isScalar(document.contents) && document.contents.value === null));
}
