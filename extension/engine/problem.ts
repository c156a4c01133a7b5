/** An error as a person gets it. */
export interface Told {
  readonly code?: string;
  readonly message: string;
  readonly remedy: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What an unknown error says. The engine's errors carry theirs in `error`; they come from another bundle, so their shape is looked at, not their class. */
export function told(error: unknown): Told {
  if (isRecord(error) && isRecord(error.error) && typeof error.error.message === 'string' && typeof error.error.remedy === 'string') {
    const { code, message, remedy, data } = error.error;
    return { ...(typeof code === 'string' ? { code } : {}), message, remedy, ...(isRecord(data) ? { data } : {}) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: /[.!?]$/.test(message) ? message : `${message}.`,
    remedy: error instanceof Refusal ? error.remedy : 'See the log for more.',
  };
}

/** Thrown where the extension itself cannot go on. */
export class Refusal extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Outputs that the engine lacks to run one step alone. */
export function missingOutputs(error: unknown): { step: string; output: string }[] | undefined {
  const { code, data } = told(error);
  if (code !== 'step-needs' || !Array.isArray(data?.needs)) return undefined;
  return data.needs
    .filter(isRecord)
    .flatMap(({ step, output }) => (typeof step === 'string' && typeof output === 'string' ? [{ step, output }] : []));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
