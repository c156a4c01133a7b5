/** The expression language: GitHub Actions' grammar by `@actions/expressions`, our contexts and functions, secrets kept apart. Pure. */
export { type Contexts, evaluate, evaluateCondition, isTrue } from './expression/evaluate.ts';
export { type ExpressionFunction, functions, isFunction, isStatusFunction, type Status } from './expression/functions.ts';
export {
  bareExpression,
  type ContextName,
  contextNames,
  type ExpressionProblem,
  type ParsedExpression,
  type PlacedToken,
  parseExpression,
} from './expression/parse.ts';
export { hasStatusFunction, type Reference, references, type Segment, soleReference, walkExpression } from './expression/references.ts';
export { escapePointer, type Resolved, resolveRecord, resolveText, resolveValue } from './expression/resolve.ts';
export { noSecrets, type SecretOutputs, type SecretParts, type SecretRef, type SecretScope, type SecretText } from './expression/secret.ts';
export { hasExpression, parseTemplate, type Template, type TemplatePart, type TemplateProblem } from './expression/template.ts';
