import type { Json } from '../../runbook/core/json.ts';
import type { Risk } from '../../runbook/core/model.ts';

export interface Finding {
  readonly risk: Risk;
  readonly why: string;
}

export function scriptFinding(script: string, _shell: string | readonly string[]): readonly Finding[] {
  return /\brm\s+-rf\b/.test(script) ? [{ risk: 'high', why: 'deletes' }] : [{ risk: 'medium', why: 'runs a script' }];
}

export function actionFinding(_action: string, input: Readonly<Record<string, Json>>): readonly Finding[] {
  return input.method === 'DELETE' ? [{ risk: 'high', why: 'deletes' }] : [];
}
