import type { Rule } from './rule.ts';
import { actionInput } from './rules/action-input.ts';
import { aliasExpansion } from './rules/alias-expansion.ts';
import { duplicateKey } from './rules/duplicate-key.ts';
import { duplicateStepId } from './rules/duplicate-step-id.ts';
import { emptyFile } from './rules/empty-file.ts';
import { expressionSyntax } from './rules/expression-syntax.ts';
import { fileTooLarge } from './rules/file-too-large.ts';
import { inputDefault } from './rules/input-default.ts';
import { invalidDuration } from './rules/invalid-duration.ts';
import { misplacedKey } from './rules/misplaced-key.ts';
import { missingKey } from './rules/missing-key.ts';
import { misusedSecret } from './rules/misused-secret.ts';
import { multipleDocuments } from './rules/multiple-documents.ts';
import { nestedTooDeeply } from './rules/nested-too-deeply.ts';
import { notText } from './rules/not-text.ts';
import { oneOfKeys } from './rules/one-of-keys.ts';
import { requiredKey } from './rules/required-key.ts';
import { scriptInterpolation } from './rules/script-interpolation.ts';
import { stepVerb } from './rules/step-verb.ts';
import { tabIndentation } from './rules/tab-indentation.ts';
import { unknownAction } from './rules/unknown-action.ts';
import { unknownContext } from './rules/unknown-context.ts';
import { unknownFunction } from './rules/unknown-function.ts';
import { unknownInput } from './rules/unknown-input.ts';
import { unknownKey } from './rules/unknown-key.ts';
import { unknownOutput } from './rules/unknown-output.ts';
import { unknownSecret } from './rules/unknown-secret.ts';
import { unknownStep } from './rules/unknown-step.ts';
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
  requiredKey,
  oneOfKeys,
  wrongType,
  wrongValue,
  stepVerb,
  misplacedKey,
  invalidDuration,
  // Names
  inputDefault,
  duplicateStepId,
  unknownAction,
  actionInput,
  // Expressions
  scriptInterpolation,
  expressionSyntax,
  unknownContext,
  unknownFunction,
  unknownInput,
  unknownSecret,
  misusedSecret,
  unknownStep,
  unknownOutput,
];
