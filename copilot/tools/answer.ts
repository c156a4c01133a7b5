import type { JsonObject } from '../../runbook/core/json.ts';
import { frame, oneLine } from '../context/frame.ts';
import { Masker } from '../context/mask.ts';
import { shortenValue } from '../context/shorten.ts';

/**
 * A tool's result as a model gets it and a person can see it: data inside a fence, secrets hidden, at most `room` characters.
 * What was made smaller says by which rule.
 */
export function framed(tool: string, data: JsonObject, room: number): string {
  const heading = `## Result of ${oneLine(tool)}`;
  const masked = new Masker().json(data) as JsonObject;
  const whole = frame(heading, masked);
  if (whole.length <= room) return whole;
  const most = Math.max(0, room - 300);
  const { value, rules } = shortenValue(masked, (now) => frame(heading, now).length <= most);
  const text = frame(heading, value);
  if (text.length <= most) return `${text}\nShortened: ${rules.join('; ')}.`;
  return frame(heading, { note: 'The result is too large to be given. Ask for a smaller part of it.' });
}
