import { type FromChat, isToChat, type ToChat } from '../protocol/chat.ts';

/** What is typed and not sent yet: the only thing a webview keeps for itself. */
interface Kept {
  readonly draft: string;
}

interface Api {
  postMessage(message: FromChat): void;
  getState(): Kept | undefined;
  setState(state: Kept): void;
}
declare function acquireVsCodeApi(): Api;

/** The way to the extension host: typed out, checked in. */
export interface Bridge {
  post(message: FromChat): void;
  /** Messages that are not in the protocol never arrive. */
  listen(listener: (message: ToChat) => void): void;
  readonly draft: string;
  keepDraft(draft: string): void;
}

export function connect(): Bridge {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    listen: (listener) =>
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (isToChat(event.data)) listener(event.data);
      }),
    draft: api.getState()?.draft ?? '',
    keepDraft: (draft) => api.setState({ draft }),
  };
}
