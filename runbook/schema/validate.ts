import validate from '../../schemas/generated/runbook.validator.js';
import { type Node, toJson } from '../syntax/tree.ts';

/** One violation of the schema: where (a JSON pointer), which keyword, and the keyword's own details. */
export interface SchemaError {
  readonly pointer: string;
  /** Within the schema, such as `#/definitions/duration/pattern`. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The offending key, where its name is what is wrong. */
  readonly propertyName?: string;
}

type Validate = typeof validate;

export const schemaErrors = (root: Node | undefined): SchemaError[] => errorsBy(validate, root);

/** By the validator of another kind of file. */
export function errorsBy(check: Validate, root: Node | undefined): SchemaError[] {
  if (!root || check(toJson(root))) return [];
  return (check.errors ?? []).map((error) => ({
    pointer: error.instancePath,
    schemaPath: error.schemaPath,
    keyword: error.keyword,
    params: error.params,
    propertyName: error.propertyName,
  }));
}

/** Of a root that holds some of the runbook's entries. */
export function partErrors(root: Node): SchemaError[] {
  return schemaErrors(root).filter(({ pointer, keyword }) => pointer !== '' || keyword !== 'required');
}
