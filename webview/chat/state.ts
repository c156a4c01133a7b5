import type { ProviderView, ToChat, Turn, Upcoming } from '../../protocol/chat.ts';

/** All that the page shows, apart from what is being typed. */
export interface ChatState {
  readonly turns: readonly Turn[];
  readonly provider: ProviderView;
  readonly upcoming: Upcoming;
  /** One line about what is being waited for, by turn. */
  readonly waiting: Readonly<Record<string, string>>;
}

export const emptyState: ChatState = {
  turns: [],
  provider: { kind: 'offline', label: 'Offline rules', hasKey: false },
  upcoming: { context: [], notes: [] },
  waiting: {},
};

/** What a message changes. `focus` changes nothing here. */
export function reduce(state: ChatState, message: ToChat): ChatState {
  switch (message.kind) {
    case 'state':
      return { turns: message.turns, provider: message.provider, upcoming: message.upcoming, waiting: {} };
    case 'provider':
      return { ...state, provider: message.provider };
    case 'upcoming':
      return { ...state, upcoming: message.upcoming };
    case 'turn': {
      const known = state.turns.some((turn) => turn.id === message.turn.id);
      const turns = known ? state.turns.map((turn) => (turn.id === message.turn.id ? message.turn : turn)) : [...state.turns, message.turn];
      return { ...state, turns, waiting: message.turn.state === 'answering' ? state.waiting : without(state.waiting, message.turn.id) };
    }
    case 'token':
      return {
        ...state,
        turns: state.turns.map((turn) =>
          turn.id === message.turn && turn.state === 'answering' ? { ...turn, answer: turn.answer + message.text } : turn,
        ),
        waiting: without(state.waiting, message.turn),
      };
    case 'status':
      return { ...state, waiting: { ...state.waiting, [message.turn]: message.text } };
    case 'focus':
      return state;
  }
}

export const isBusy = (state: ChatState): boolean => state.turns.some((turn) => turn.state === 'answering');

function without(waiting: ChatState['waiting'], turn: string): ChatState['waiting'] {
  if (!(turn in waiting)) return waiting;
  const { [turn]: _gone, ...rest } = waiting;
  return rest;
}

/** Pixels from the end at which somebody is still said to be reading the end. */
const nearEnd = 32;

/** Whether the view should go along with new text: only when the reader was at the end. */
export const atEnd = (box: { readonly scrollTop: number; readonly clientHeight: number; readonly scrollHeight: number }): boolean =>
  box.scrollTop + box.clientHeight >= box.scrollHeight - nearEnd;
