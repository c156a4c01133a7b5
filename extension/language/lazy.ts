import type * as vscode from 'vscode';
import type { Language } from './port.ts';

/** The language server for those who may not wait for it: each call waits by itself until the client is loaded and started. */
export function lazyLanguage(load: () => Promise<Language>): Language & { start(): Promise<void> } {
  let loading: Promise<Language> | undefined;
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined);
  const get = () => {
    loading ??= load();
    return loading;
  };
  return {
    ready: ready.promise,
    async start() {
      try {
        await (await get()).ready;
        ready.resolve();
      } catch (error) {
        ready.reject(error);
        throw error;
      }
    },
    outline: async (uri: vscode.Uri) => (await get()).outline(uri),
    checkInput: async (uri, input, value) => (await get()).checkInput(uri, input, value),
    checkText: async (uri, text) => (await get()).checkText(uri, text),
    actions: async (uri) => (await get()).actions(uri),
    restart: async () => (await get()).restart(),
    stop: async () => loading && (await loading).stop(),
    dispose: () => void loading?.then((language) => language.dispose()),
  };
}
