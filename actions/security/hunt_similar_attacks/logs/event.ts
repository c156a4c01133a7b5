import type { Json } from '../../../../runbook/core/json.ts';

/** One line of a log, as a rule sees it. */
export interface LogEvent {
  /** The whole line: what keywords are looked for in. */
  readonly raw: string;
  /** The values of a field; none where the event does not have it. A list gives several. */
  get(field: string): readonly Json[];
}

/** Fields by name; a name is also found in another case. */
export function fieldsEvent(raw: string, fields: Readonly<Record<string, string>>): LogEvent {
  let folded: Map<string, string> | undefined;
  return {
    raw,
    get(name) {
      if (Object.hasOwn(fields, name)) return [fields[name] ?? ''];
      folded ??= new Map(Object.entries(fields).map(([key, value]) => [key.toLowerCase(), value]));
      const value = folded.get(name.toLowerCase());
      return value === undefined ? [] : [value];
    },
  };
}

export const textEvent = (raw: string): LogEvent => fieldsEvent(raw, { message: raw });
