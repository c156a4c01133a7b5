import type { Rule } from './rule.ts';
import { actionInput } from './rules/action-input.ts';
import { aliasExpansion } from './rules/alias-expansion.ts';
import { brokenRunbook } from './rules/broken-runbook.ts';
import { cachedChange } from './rules/cached-change.ts';
import { callCycle } from './rules/call-cycle.ts';
import { callInput } from './rules/call-input.ts';
import { contradictingDurations } from './rules/contradicting-durations.ts';
import { contradictingInput } from './rules/contradicting-input.ts';
import { disabledStep } from './rules/disabled-step.ts';
import { duplicateKey } from './rules/duplicate-key.ts';
import { duplicateName } from './rules/duplicate-name.ts';
import { duplicateStepId } from './rules/duplicate-step-id.ts';
import { emptyFile } from './rules/empty-file.ts';
import { expressionSyntax } from './rules/expression-syntax.ts';
import { fileTooLarge } from './rules/file-too-large.ts';
import { inputDefault } from './rules/input-default.ts';
import { invalidCron } from './rules/invalid-cron.ts';
import { invalidDuration } from './rules/invalid-duration.ts';
import { literalExpression } from './rules/literal-expression.ts';
import { misplacedKey } from './rules/misplaced-key.ts';
import { missingKey } from './rules/missing-key.ts';
import { missingUndo } from './rules/missing-undo.ts';
import { misusedSecret } from './rules/misused-secret.ts';
import { multipleDocuments } from './rules/multiple-documents.ts';
import { nestedTooDeeply } from './rules/nested-too-deeply.ts';
import { neverEqual } from './rules/never-equal.ts';
import { notAList } from './rules/not-a-list.ts';
import { notText } from './rules/not-text.ts';
import { oneOfKeys } from './rules/one-of-keys.ts';
import { plainSecret } from './rules/plain-secret.ts';
import { requiredKey } from './rules/required-key.ts';
import { reservedName } from './rules/reserved-name.ts';
import { retryOfSteps } from './rules/retry-of-steps.ts';
import { scriptInterpolation } from './rules/script-interpolation.ts';
import { stepVerb } from './rules/step-verb.ts';
import { tabIndentation } from './rules/tab-indentation.ts';
import { targetType } from './rules/target-type.ts';
import { triggerInput } from './rules/trigger-input.ts';
import { unknownAction } from './rules/unknown-action.ts';
import { unknownContext } from './rules/unknown-context.ts';
import { unknownFunction } from './rules/unknown-function.ts';
import { unknownInput } from './rules/unknown-input.ts';
import { unknownKey } from './rules/unknown-key.ts';
import { unknownOutput } from './rules/unknown-output.ts';
import { unknownRunbook } from './rules/unknown-runbook.ts';
import { unknownSecret } from './rules/unknown-secret.ts';
import { unknownSecretOutput } from './rules/unknown-secret-output.ts';
import { unknownStep } from './rules/unknown-step.ts';
import { unknownTarget } from './rules/unknown-target.ts';
import { unknownTimezone } from './rules/unknown-timezone.ts';
import { unreachableBranch } from './rules/unreachable-branch.ts';
import { untrustedPack } from './rules/untrusted-pack.ts';
import { uselessUndo } from './rules/useless-undo.ts';
import { wrongNeeds } from './rules/wrong-needs.ts';
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
  contradictingDurations,
  // Names
  inputDefault,
  contradictingInput,
  duplicateName,
  duplicateStepId,
  reservedName,
  unknownAction,
  actionInput,
  unknownTarget,
  untrustedPack,
  targetType,
  unknownRunbook,
  brokenRunbook,
  callCycle,
  callInput,
  // What starts a run
  invalidCron,
  unknownTimezone,
  triggerInput,
  // The way through the steps
  wrongNeeds,
  unreachableBranch,
  disabledStep,
  missingUndo,
  uselessUndo,
  cachedChange,
  retryOfSteps,
  // Expressions
  scriptInterpolation,
  literalExpression,
  expressionSyntax,
  unknownContext,
  unknownFunction,
  unknownInput,
  unknownStep,
  unknownOutput,
  neverEqual,
  notAList,
  // Secrets
  unknownSecret,
  misusedSecret,
  unknownSecretOutput,
  plainSecret,
];
