import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import { ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { type Channel, channelsOf } from './channels.ts';
import { sendHook } from './hook.ts';
import { sendMail } from './mail.ts';
import { cut, type Message, severities, titleOf } from './message.ts';
import type { Sent } from './sent.ts';

/** To all channels at once. Failed only when none was reached, or with `require: all` when one was not; what was reached stays said. */
export const notifyAnalysts: ActionCode = async (input, context) => {
  const names = Array.isArray(input.channels) ? input.channels.map(String) : undefined;
  let channels: readonly Channel[];
  try {
    channels = channelsOf(context.settings, names);
  } catch (error) {
    if (error instanceof ProblemError) return { kind: 'failed', error: error.problem };
    throw error;
  }
  if (context.signal.aborted) return { kind: 'cancelled' };
  if (input.check === true) return wouldReach(channels, context);
  const text = String(input.text);
  const message: Message = {
    title: titleOf(input.title === undefined ? undefined : String(input.title), text),
    text,
    severity: severities.find((each) => each === input.severity) ?? 'info',
    run: context.run,
    step: context.step,
    time: new Date().toISOString(),
  };
  const sent = await Promise.all(channels.map(async (channel) => ({ channel, sent: await send(channel, message, context) })));
  if (context.signal.aborted && sent.every((one) => !one.sent.ok)) return { kind: 'cancelled' };
  for (const one of sent) context.log(line(one.channel, one.sent));
  const outputs = {
    notified: sum(sent.map((one) => (one.sent.ok ? one.sent.notified : 0))),
    results: sent.map((one) => resultOf(one, message)),
  };
  const failed = sent.flatMap(({ channel, sent: each }) => (each.ok ? [] : [{ channel, each }]));
  const [first] = failed;
  if (!first || (input.require !== 'all' && failed.length < sent.length)) return { kind: 'succeeded', outputs };
  const { name, type } = first.channel;
  const waits = failed.flatMap(({ each }) => each.retryAfter ?? []);
  return {
    kind: 'failed',
    error: problem(
      'notify-failed',
      { count: failed.length, all: sent.length, channel: `${name} (${type})`, why: first.each.why },
      { class: first.each.class },
    ),
    outputs,
    ...(waits.length === 0 ? {} : { retryAfter: Math.max(...waits) }),
  };
};

async function send(channel: Channel, message: Message, { environment, signal }: ActionContext): Promise<Sent> {
  if (channel.type === 'vscode') return { ok: true, notified: 1 };
  return channel.type === 'smtp' ? sendMail(channel, message, signal) : sendHook(channel, message, { environment, signal });
}

function wouldReach(channels: readonly Channel[], context: ActionContext) {
  const results = channels.map((channel) => {
    const notified = channel.type === 'smtp' ? channel.to.length : 1;
    context.log(`would tell ${channel.name} (${channel.type})${channel.type === 'smtp' ? `: ${notified} recipients` : ''}`);
    return { channel: channel.name, type: channel.type, ok: true, notified };
  });
  return { kind: 'succeeded' as const, outputs: { notified: sum(results.map(({ notified }) => notified)), results } };
}

function resultOf({ channel, sent }: { readonly channel: Channel; readonly sent: Sent }, message: Message): Json {
  const { name, type } = channel;
  const error = sent.ok ? sent.missed : sent.why;
  const shown: Readonly<Record<string, Json>> =
    type === 'vscode' ? { title: message.title, text: cut(message.text, 1000), severity: message.severity } : {};
  return { channel: name, type, ok: sent.ok, notified: sent.ok ? sent.notified : 0, ...shown, ...(error === undefined ? {} : { error }) };
}

const line = ({ name, type }: Channel, sent: Sent): string =>
  sent.ok
    ? `${name} (${type}): told${sent.missed ? `; warning: ${sent.missed}` : ''}`
    : `warning: ${name} (${type}) was not reached: ${sent.why}`;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
