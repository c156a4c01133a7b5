import type { Feature } from './feature.ts';
import { actions } from './features/actions.ts';
import { callHierarchy } from './features/call-hierarchy.ts';
import { checkInput } from './features/check-input.ts';
import { checkText } from './features/check-text.ts';
import { codeAction } from './features/code-action.ts';
import { codeLens } from './features/code-lens.ts';
import { completion } from './features/completion.ts';
import { definition } from './features/definition.ts';
import { documentHighlight } from './features/document-highlight.ts';
import { documentLink } from './features/document-link.ts';
import { documentSymbol } from './features/document-symbol.ts';
import { foldingRange } from './features/folding-range.ts';
import { formatting } from './features/formatting.ts';
import { hover } from './features/hover.ts';
import { inlayHint } from './features/inlay-hint.ts';
import { linkedEditingRange } from './features/linked-editing-range.ts';
import { outline } from './features/outline.ts';
import { publishDiagnostics } from './features/publish-diagnostics.ts';
import { pullDiagnostics } from './features/pull-diagnostics.ts';
import { references } from './features/references.ts';
import { rename } from './features/rename.ts';
import { selectionRange } from './features/selection-range.ts';
import { semanticTokens } from './features/semantic-tokens.ts';
import { signatureHelp } from './features/signature-help.ts';
import { watchFiles } from './features/watch-files.ts';
import { workspaceDiagnostics } from './features/workspace-diagnostics.ts';
import { workspaceSymbol } from './features/workspace-symbol.ts';

/** All that the server can do. */
export const features: readonly Feature[] = [
  pullDiagnostics,
  workspaceDiagnostics,
  publishDiagnostics,
  watchFiles,
  completion,
  hover,
  documentSymbol,
  workspaceSymbol,
  codeAction,
  definition,
  references,
  documentHighlight,
  rename,
  signatureHelp,
  formatting,
  foldingRange,
  selectionRange,
  semanticTokens,
  callHierarchy,
  codeLens,
  documentLink,
  inlayHint,
  linkedEditingRange,
  outline,
  checkText,
  actions,
  checkInput,
];
