import { type CheckInputParams, checkInputMethod } from '../../protocol/lsp.ts';
import { buildInput } from '../../runbook/build.ts';
import { checkInput as check } from '../../runbook/core/inputs.ts';
import type { Feature } from '../feature.ts';

/** A request of ours: would a run accept this value? The same check as the engine's. */
export const checkInput: Feature = {
  capability: {},
  register({ connection, documents, guarded }) {
    connection.onRequest(
      checkInputMethod,
      guarded<CheckInputParams, string | null>(checkInputMethod, null, ({ uri, input, value }) => {
        const found = documents.analysis(uri)?.document.inputs.find((one) => one.name === input);
        if (!found) return null;
        const checked = check(input, buildInput(found.node), value ?? undefined);
        return checked.ok ? null : `${checked.problem.message} ${checked.problem.remedy}`;
      }),
    );
  },
};
