import {
  type CallHierarchyIncomingCall,
  type CallHierarchyIncomingCallsParams,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CallHierarchyOutgoingCallsParams,
  type CallHierarchyPrepareParams,
  SymbolKind,
} from 'vscode-languageserver/node';
import { incoming, outgoing, titleOf } from '../../runbook/language/calls.ts';
import { namesOf } from '../../runbook/language/names.ts';
import type { OtherRunbook } from '../../runbook/language/world.ts';
import type { Feature } from '../feature.ts';
import { fromPosition, toRange } from '../to-lsp.ts';

/** Between runbooks: who calls whom. On the path of a `call` it begins with that runbook, elsewhere with the one that is open. */
export const callHierarchy: Feature = {
  capability: { callHierarchyProvider: true },
  register({ connection, neighbours, guarded, world }) {
    const runbookAt = (uri: string): OtherRunbook | undefined => {
      const analysis = neighbours.analysis(uri);
      return analysis && { file: uri, analysis, others: world(uri).others };
    };
    connection.languages.callHierarchy.onPrepare(
      guarded<CallHierarchyPrepareParams, CallHierarchyItem[] | null>(
        'textDocument/prepareCallHierarchy',
        null,
        ({ textDocument, position }) => {
          const here = runbookAt(textDocument.uri);
          if (!here) return null;
          const spot = namesOf(here.analysis).at(fromPosition(here.analysis.document.lines, position));
          const path = spot?.names.find(({ kind }) => kind === 'runbook')?.called;
          return [itemOf((path === undefined ? undefined : here.others.called(path)) ?? here)];
        },
      ),
    );
    connection.languages.callHierarchy.onIncomingCalls(
      guarded<CallHierarchyIncomingCallsParams, CallHierarchyIncomingCall[]>('callHierarchy/incomingCalls', [], ({ item }) => {
        const here = runbookAt(item.uri);
        return (here ? incoming(here) : []).map(({ runbook, from }) => ({
          from: itemOf(runbook),
          fromRanges: from.map((range) => toRange(runbook.analysis.document.lines, range)),
        }));
      }),
    );
    connection.languages.callHierarchy.onOutgoingCalls(
      guarded<CallHierarchyOutgoingCallsParams, CallHierarchyOutgoingCall[]>('callHierarchy/outgoingCalls', [], ({ item }) => {
        const here = runbookAt(item.uri);
        return (here ? outgoing(here) : []).map(({ runbook, from }) => ({
          to: itemOf(runbook),
          fromRanges: from.map((range) => toRange(here?.analysis.document.lines ?? runbook.analysis.document.lines, range)),
        }));
      }),
    );
  },
};

function itemOf(runbook: OtherRunbook): CallHierarchyItem {
  const { name, range, whole } = titleOf(runbook);
  const { lines } = runbook.analysis.document;
  return {
    name,
    kind: SymbolKind.File,
    uri: runbook.file,
    detail: decodeURIComponent(runbook.file.split('/').at(-1) ?? ''),
    range: toRange(lines, whole),
    selectionRange: toRange(lines, range),
  };
}
