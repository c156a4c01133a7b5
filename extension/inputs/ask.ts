import type { OutlineInput } from '../../protocol/lsp.ts';
import { askChoice, askInTurn, askText, type Reply } from './prompts.ts';
import { display, example, typed } from './typed.ts';

/** What a run still needs to know. */
export interface Wanted {
  /** The command's name, shown above each question. */
  readonly title: string;
  readonly inputs: readonly OutlineInput[];
  /** Names of secrets that have no value yet. */
  readonly secrets: readonly string[];
  readonly last: Readonly<Record<string, unknown>>;
  check(input: string, value: unknown): Promise<string | undefined>;
}

export interface Given {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** One answer; `left out` means that the runbook's default applies. */
type Answer = { readonly kind: 'input' | 'secret'; readonly name: string; readonly value?: unknown };

/** Asks one by one. Resolves to undefined when the person pressed Escape: then nothing has happened. */
export async function askInputs(wanted: Wanted): Promise<Given | undefined> {
  const answers = await askInTurn<Answer>([
    ...wanted.inputs.map((input) => (place: { step: number; total: number }, earlier: Answer | undefined) => {
      const value = earlier ? earlier.value : (wanted.last[input.name] ?? input.default);
      return askInput({ ...place, title: `${wanted.title}: ${input.name}` }, input, value, wanted);
    }),
    ...wanted.secrets.map((name) => async (place: { step: number; total: number }): Promise<Reply<Answer>> => {
      const reply = await askText(
        { ...place, title: `${wanted.title}: secret ${name}` },
        {
          prompt: `The secret ${name} has no value yet. It is kept encrypted by the engine and shown nowhere.`,
          password: true,
          check: async (text) => (text === '' ? 'Enter the value, or press Escape to start nothing.' : undefined),
        },
      );
      return reply?.kind === 'value' ? { kind: 'value', value: { kind: 'secret', name, value: reply.value } } : reply;
    }),
  ]);
  if (!answers) return undefined;
  const given = answers.filter((answer) => answer.value !== undefined);
  return {
    inputs: Object.fromEntries(given.filter((answer) => answer.kind === 'input').map(({ name, value }) => [name, value])),
    secrets: Object.fromEntries(given.filter((answer) => answer.kind === 'secret').map(({ name, value }) => [name, String(value)])),
  };
}

async function askInput(
  place: { title: string; step: number; total: number },
  input: OutlineInput,
  value: unknown,
  wanted: Wanted,
): Promise<Reply<Answer>> {
  const prompt = [input.description ?? `Value of ${input.name}`, input.required ? '(required)' : ''].join(' ').trim();
  const answer = (reply: Reply<unknown>): Reply<Answer> =>
    reply?.kind === 'value' ? { kind: 'value', value: { kind: 'input', name: input.name, value: reply.value } } : reply;
  const choices = choicesOf(input);
  if (choices) {
    const picks = choices.map((choice) => ({
      label: display(choice),
      value: choice,
      description: choice === input.default ? 'default' : undefined,
    }));
    const none = { label: '$(circle-slash) None', value: undefined, description: 'leave it out' };
    const all = input.required || input.default !== undefined ? picks : [...picks, none];
    return answer(await askChoice<unknown>(place, prompt, all, value));
  }
  const text = await askText(place, {
    prompt,
    value: value === undefined ? '' : display(value),
    placeholder: [isLeftOut(input, '') ? 'Leave empty to go without' : '', example(input) ?? ''].filter(Boolean).join('. ') || undefined,
    browse: input.type === 'file',
    check: async (entered) => (isLeftOut(input, entered) ? undefined : wanted.check(input.name, typed(input, entered))),
  });
  if (text?.kind !== 'value') return text;
  return answer({ kind: 'value', value: isLeftOut(input, text.value) ? undefined : typed(input, text.value) });
}

function choicesOf(input: OutlineInput): readonly unknown[] | undefined {
  if (input.type === 'boolean') return [true, false];
  return input.options && input.options.length > 0 ? input.options : undefined;
}

/** An empty text is a value only where text is wanted and the runbook has its own idea of a default. */
function isLeftOut(input: OutlineInput, text: string): boolean {
  return text === '' && !input.required && !(input.type === 'string' && input.default !== undefined);
}
