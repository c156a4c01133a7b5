import type { Rule } from './rule.ts';
import { aliasExpansion } from './rules/alias-expansion.ts';
import { duplicateKey } from './rules/duplicate-key.ts';
import { duplicateStepId } from './rules/duplicate-step-id.ts';
import { emptyFile } from './rules/empty-file.ts';
import { fileTooLarge } from './rules/file-too-large.ts';
import { invalidDuration } from './rules/invalid-duration.ts';
import { misplacedKey } from './rules/misplaced-key.ts';
import { missingKey } from './rules/missing-key.ts';
import { multipleDocuments } from './rules/multiple-documents.ts';
import { nestedTooDeeply } from './rules/nested-too-deeply.ts';
import { notText } from './rules/not-text.ts';
import { stepVerb } from './rules/step-verb.ts';
import { tabIndentation } from './rules/tab-indentation.ts';
import { unknownKey } from './rules/unknown-key.ts';
import { wrongType } from './rules/wrong-type.ts';
import { wrongValue } from './rules/wrong-value.ts';
import { yamlSyntax } from './rules/yaml-syntax.ts';

/** Every diagnostic that the product can give. */
export const rules: readonly Rule[] = [
  // The text
  fileTooLarge,
  notText,
  emptyFile,
  yamlSyntax,
  tabIndentation,
  duplicateKey,
  multipleDocuments,
  aliasExpansion,
  nestedTooDeeply,
  // The shape
  unknownKey,
  missingKey,
  wrongType,
  wrongValue,
  stepVerb,
  misplacedKey,
  invalidDuration,
  // Names
  duplicateStepId,
];
