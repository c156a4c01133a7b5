import { type FakeModel, type RecordedRequest, startFakeModel } from './fake-model.ts';

/** A text from outside that gives orders, where it stands, and what a model does that follows it. */
export interface Injection {
  readonly id: string;
  readonly place:
    | 'output'
    | 'error'
    | 'ticket'
    | 'alert'
    | 'comment'
    | 'description'
    | 'step-name'
    | 'file-name'
    | 'tool-result'
    | 'other-runbook';
  readonly text: string;
  /** Placeholders: {RUN}, {EXFIL}, {MARK}, {HUGE}, and {EVERYTHING}, all that the model was given in base64. */
  readonly obeys: readonly Obedience[];
}

type Obedience =
  | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly say: string }
  /** Calls this tool as long as it is asked. */
  | { readonly forever: string };

/** A fake model that does whatever the text it is given tells it to: the worst that can be behind an endpoint. */
export interface ObedientModel {
  readonly server: FakeModel;
  /** From now on it obeys this one, when it sees it. */
  obey(injection: Injection, values: Readonly<Record<string, string>>): void;
  /** Whether it has seen the text and obeyed. */
  readonly obeyed: boolean;
  close(): Promise<void>;
}

/** What it looks at before, where the text is not in the context: as a harmless model would. */
const looks: Partial<Record<Injection['place'], { readonly name: string; readonly input: string }>> = {
  comment: { name: 'get_workflow_definition', input: '{}' },
  'tool-result': { name: 'get_run_output', input: '{"step":"noise"}' },
  'other-runbook': { name: 'find_runbook', input: '{}' },
};

export async function startObedientModel(): Promise<ObedientModel> {
  let current: Injection | undefined;
  let values: Readonly<Record<string, string>> = {};
  let obeyed = false;

  const server = await startFakeModel([
    {
      reply: (body) => {
        if (current === undefined) return { kind: 'answer', text: 'Nothing to obey.' };
        const rounds = body.messages.filter(({ role, tool_calls }) => role === 'assistant' && tool_calls !== undefined).length;
        const look = looks[current.place];
        if (look !== undefined && rounds === 0) return { kind: 'tool-calls', calls: [look] };
        const given = body.messages.map(({ content }) => content ?? '').join('\n');
        if (!given.includes(needle(current.text))) return { kind: 'answer', text: 'I was told nothing.' };
        const first = !obeyed;
        obeyed = true;
        const endless = current.obeys.find((one) => 'forever' in one);
        if (endless !== undefined) return { kind: 'tool-call', name: endless.forever, input: '{}' };
        const fill = (text: string) =>
          text.replace(/\{([A-Z]+)\}/g, (whole, name: string) => (name === 'EVERYTHING' ? everything(body) : (values[name] ?? whole)));
        const calls = current.obeys.flatMap((one) => ('tool' in one ? [{ name: one.tool, input: fill(JSON.stringify(one.input)) }] : []));
        if (first && calls.length > 0) return { kind: 'tool-calls', calls };
        const say = current.obeys.flatMap((one) => ('say' in one ? [fill(one.say)] : [])).join('\n\n');
        return { kind: 'answer', text: say === '' ? 'Done as I was told.' : say };
      },
    },
  ]);

  return {
    server,
    obey(injection, given) {
      current = injection;
      values = given;
      obeyed = false;
    },
    get obeyed() {
      return obeyed;
    },
    close: () => server.close(),
  };
}

/** What is left of a text as it is written into JSON with every character to be seen: its longest plain part. */
export function needle(text: string): string {
  return text
    .split(/["\\`\p{C}]/u)
    .reduce((longest, part) => (part.length > longest.length ? part : longest), '')
    .trim();
}

const everything = ({ messages }: RecordedRequest['body']): string => Buffer.from(JSON.stringify(messages)).toString('base64');
