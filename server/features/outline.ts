import { type Outline, type OutlineParams, outlineMethod } from '../../protocol/lsp.ts';
import type { Feature } from '../feature.ts';
import { toOutline } from '../to-lsp.ts';

/** A request of ours: what code lenses, views and the copilot's context need of a runbook. */
export const outline: Feature = {
  capability: {},
  register({ connection, documents, guarded }) {
    connection.onRequest(
      outlineMethod,
      guarded<OutlineParams, Outline | null>(outlineMethod, null, ({ uri }) => {
        const analysis = documents.analysis(uri);
        return analysis ? toOutline(analysis) : null;
      }),
    );
  },
};
