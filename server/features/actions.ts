import { type ActionsParams, type ActionView, actionsMethod } from '../../protocol/lsp.ts';
import type { Feature } from '../feature.ts';

/** A request of ours: the catalogue as a file sees it, built in and the workspace's own. */
export const actions: Feature = {
  capability: {},
  register({ connection, beyond, guarded }) {
    connection.onRequest(
      actionsMethod,
      guarded<ActionsParams, ActionView[]>(actionsMethod, [], ({ uri }) =>
        beyond(uri).actions.map(({ name, description, category, risk, inputs, outputs, touches, estimate, example }) => ({
          name,
          description,
          category,
          risk,
          inputs,
          outputs,
          estimate,
          ...(touches === undefined ? {} : { touches }),
          ...(example === undefined ? {} : { example }),
        })),
      ),
    );
  },
};
