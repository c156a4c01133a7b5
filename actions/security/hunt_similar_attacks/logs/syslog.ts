import { fieldsEvent, type LogEvent } from './event.ts';

/** `<34>Oct 11 22:14:15 host program[123]: message`, as RFC 3164 says, the priority often left out; or with a time of ISO 8601. */
const bsd =
  /^(?:<(\d{1,3})>)?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)) (\S+) (?:([^\s:[\]]{1,64})(?:\[(\d+)\])?:\s?)?(.*)$/s;
/** `<34>1 2026-10-11T22:14:15.003Z host program 123 ID47 [structured data] message`, RFC 5424. */
const modern = /^<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+)(?: (.*))?$/s;
const parameter = /([^\s=\]"[]{1,32})="((?:[^"\\]|\\.)*)"/g;
/** What programs write into a message, such as `SRC=192.0.2.1` or `user="x y"`. */
const pair = /(?:^|[\s,;(])([A-Za-z_][\w.-]{0,63})=(?:"([^"]*)"|([^\s,;"]*))/g;

export const isSyslog = (line: string): boolean => modern.test(line) || bsd.test(line);

/** Fields: timestamp, hostname, program, pid, msgid, severity, facility, message, and what the message and the structured data name. */
export function syslogEvent(raw: string): LogEvent {
  const fields: Record<string, string> = {};
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== '-' && !Object.hasOwn(fields, name)) fields[name] = value;
  };
  const [, priority, timestamp, hostname, program, pid, msgid, data, text] = modern.exec(raw) ?? [];
  const [, oldPriority, oldTimestamp, oldHostname, oldProgram, oldPid, oldText] = data === undefined ? (bsd.exec(raw) ?? []) : [];
  const number = priority ?? oldPriority;
  const message = data === undefined ? (oldText ?? raw) : (text ?? '');
  set('message', message);
  set('timestamp', timestamp ?? oldTimestamp);
  set('hostname', hostname ?? oldHostname);
  set('program', program ?? oldProgram);
  set('pid', pid ?? oldPid);
  set('msgid', msgid);
  if (number !== undefined) {
    set('facility', String(Number(number) >> 3));
    set('severity', String(Number(number) & 7));
  }
  for (const [, name = '', value = ''] of (data ?? '').matchAll(parameter)) set(name, value.replace(/\\(.)/g, '$1'));
  for (const [, name = '', quoted, plain] of message.matchAll(pair)) set(name, quoted ?? plain);
  return fieldsEvent(raw, fields);
}
