import type { Json, JsonObject } from '../../../../runbook/core/json.ts';
import type { Indicator } from '../../indicators/indicator.ts';

/** What a source says of an indicator. Times in ISO 8601, as far as it names them. */
export interface Opinion {
  /** 0 to 100, before the source's trust. */
  readonly score: number;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly tags: readonly string[];
  readonly reference?: string;
}

export interface Question {
  /** Behind the service's address, beginning with `/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
}

/** A service on the network, in the form that it publishes. Its key is a header. */
export interface Service {
  readonly name: string;
  /** As people know it. */
  readonly title: string;
  readonly url: string;
  readonly keyHeader: string;
  /** The service answers something without a key too. */
  readonly keyOptional?: boolean;
  /** Undefined where it knows nothing of this type. `days`: how far back to look. */
  question(indicator: Indicator, days: number): Question | undefined;
  /** Undefined for an answer of another form. A score of 0 is an answer too. */
  opinion(answer: JsonObject, indicator: Indicator): Opinion | undefined;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
export const textsOf = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string' && item !== '') : [];
