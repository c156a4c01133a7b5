import { join } from 'node:path';
import { createRedactor } from '../redact/redactor.ts';
import { files } from './files.ts';
import type { OutputFound } from './output-parser.ts';
import type { Ended, Job } from './records.ts';
import { openSpool } from './spool.ts';

export type StreamName = 'stdout' | 'stderr';
export const streamNames = ['stdout', 'stderr'] as const;

/**
 * Both streams' way from a script to the spool files of its attempt and to whoever looks on, secrets hidden.
 * `keepsUp` false: whoever looks on is behind and gets no more; the spool has it.
 */
export function openStreams(
  job: Pick<Job, 'folder' | 'secrets' | 'spoolLimit'>,
  send: (stream: StreamName, text: string) => void,
  keepsUp: () => boolean = () => true,
) {
  const redactors = { stdout: createRedactor(job.secrets), stderr: createRedactor(job.secrets) };
  const open = (name: StreamName) => {
    const spool = openSpool(join(job.folder, files[name]), job.spoolLimit);
    let live = true;
    return {
      write(text: string) {
        if (text === '') return;
        const whole = spool.write(text);
        if (!live) return;
        live = whole && keepsUp();
        send(name, live ? text : '\n[… the rest is not shown while the script runs …]\n');
      },
      close: () => spool.close(),
    };
  };
  const streams = { stdout: open('stdout'), stderr: open('stderr') };
  return {
    mask(value: string) {
      for (const name of streamNames) redactors[name].add(value);
    },
    show: (name: StreamName, chunk: Buffer) => streams[name].write(redactors[name].push(chunk)),
    /** Writes what is left and closes the spools. */
    finish(found: OutputFound): Pick<Ended, 'outputs' | 'tooLarge'> {
      for (const name of streamNames) streams[name].write(redactors[name].end());
      for (const complaint of found.complaints) streams.stderr.write(`[$RUNWRIGHT_OUTPUT: ${redactors.stderr.text(complaint)}]\n`);
      const tooLarge = [...found.tooLarge, ...streamNames.filter((name) => streams[name].close().dropped > 0)];
      const outputs = Object.fromEntries([...found.values].map(([name, value]) => [name, redactors.stdout.text(value)]));
      return { outputs, tooLarge };
    },
  };
}
