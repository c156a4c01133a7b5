import { DidChangeWatchedFilesNotification } from 'vscode-languageserver/node';
import type { Feature } from '../feature.ts';
import { pathOf } from '../neighbours.ts';

/** Milliseconds of quiet before what depends on a document that is being written is checked again. */
const quiet = 300;

/** Files that open runbooks refer to: shared targets, own actions, called runbooks; on the disk where the client watches it, and open ones. */
export const watchFiles: Feature = {
  capability: {},
  register({ connection, documents, neighbours, workspace, client }) {
    const pending = new Set<string>();
    let timer: NodeJS.Timeout | undefined;
    /** `uri` is not what it was: those that refer to it are told, once for many changes. */
    const changed = (uri: string) => {
      const file = pathOf(uri);
      if (file === undefined) return;
      for (const runbook of workspace.changed(file)) if (runbook !== file) pending.add(neighbours.uriOf(runbook));
      if (pending.size === 0) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        const uris = [...pending];
        pending.clear();
        for (const one of uris) documents.affect(one);
      }, quiet);
    };
    documents.onChange(({ uri }) => changed(uri));
    // From now on the text on the disk counts.
    documents.onClose(({ uri }) => {
      changed(uri);
      const file = pathOf(uri);
      if (file !== undefined) workspace.forget(file);
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      neighbours.changed();
      for (const { uri } of changes) changed(uri);
    });
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    connection.onInitialized(() => {
      const watchers = [{ globPattern: '**/*.{yaml,yml}' }, { globPattern: '**/.runwright/**' }];
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers })
        .catch((error: unknown) =>
          connection.console.warn(`Files are not watched: ${error instanceof Error ? error.message : String(error)}`),
        );
    });
  },
};
