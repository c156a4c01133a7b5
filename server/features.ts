import type { Feature } from './feature.ts';
import { checkInput } from './features/check-input.ts';
import { codeAction } from './features/code-action.ts';
import { completion } from './features/completion.ts';
import { definition } from './features/definition.ts';
import { documentHighlight } from './features/document-highlight.ts';
import { documentSymbol } from './features/document-symbol.ts';
import { foldingRange } from './features/folding-range.ts';
import { formatting } from './features/formatting.ts';
import { hover } from './features/hover.ts';
import { outline } from './features/outline.ts';
import { publishDiagnostics } from './features/publish-diagnostics.ts';
import { pullDiagnostics } from './features/pull-diagnostics.ts';
import { references } from './features/references.ts';
import { rename } from './features/rename.ts';
import { selectionRange } from './features/selection-range.ts';
import { semanticTokens } from './features/semantic-tokens.ts';
import { signatureHelp } from './features/signature-help.ts';
import { workspaceSymbol } from './features/workspace-symbol.ts';

/** All that the server can do. */
export const features: readonly Feature[] = [
  pullDiagnostics,
  publishDiagnostics,
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
  outline,
  checkInput,
];
