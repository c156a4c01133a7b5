import { type ActionsParams, actionsMethod } from '../../protocol/lsp.ts';
import type { ActionManifest } from '../../runbook/core/action.ts';
import type { Feature } from '../feature.ts';

/** A request of ours: the catalogue as a file sees it, built in and the workspace's own. */
export const actions: Feature = {
  capability: {},
  register({ connection, beyond, guarded }) {
    connection.onRequest(
      actionsMethod,
      guarded<ActionsParams, readonly ActionManifest[]>(actionsMethod, [], ({ uri }) => beyond(uri).actions),
    );
  },
};
