import { basename } from 'node:path';
import type { Json, JsonObject } from '../../runbook/core/json.ts';
import type { Column, ColumnType } from './table/columns.ts';

/** What a CSV file is, for programs: the W3C's "CSV on the Web", which is read from `FILE-metadata.json`. */
export function csvMetadata(
  path: string,
  columns: readonly Column[],
  dialect: { readonly delimiter: string; readonly header: boolean; readonly lineTerminators: string },
  notes: JsonObject,
): string {
  const datatypes: Readonly<Record<ColumnType, Json>> = {
    text: 'string',
    number: 'number',
    boolean: 'boolean',
    time: 'string',
    any: 'string',
  };
  return pretty({
    '@context': 'http://www.w3.org/ns/csvw',
    url: basename(path),
    dialect: { ...dialect, encoding: 'utf-8' },
    tableSchema: { columns: columns.map(({ name, type }) => ({ titles: name, datatype: datatypes[type] })) },
    notes: [notes],
  });
}

/** What a JSON file holds, as JSON Schema (draft-07); `lines`: of one line, else of the list. Any cell may be null. */
export function jsonSchema(title: string, columns: readonly Column[], lines: boolean): string {
  const types: Readonly<Record<ColumnType, JsonObject>> = {
    text: { type: ['string', 'null'] },
    number: { type: ['number', 'null'] },
    boolean: { type: ['boolean', 'null'] },
    time: { type: ['string', 'null'] },
    any: {},
  };
  const item: JsonObject = {
    type: 'object',
    required: columns.map(({ name }) => name),
    additionalProperties: false,
    properties: Object.fromEntries(columns.map(({ name, type }) => [name, types[type]])),
  };
  const $schema = 'http://json-schema.org/draft-07/schema#';
  return pretty(lines ? { $schema, title, ...item } : { $schema, title, type: 'array', items: item });
}

const pretty = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;
