import { join } from 'node:path';
import { longestOutput } from '../output-limit.ts';
import { createRedactor } from '../redact/redactor.ts';
import { isSecretOutput } from '../secret-outputs.ts';
import { files } from './files.ts';
import type { OutputFound } from './output-parser.ts';
import type { Ended, Job } from './records.ts';
import { openSpool } from './spool.ts';

/** `secret`: outputs that nothing may be written of but sealed. */
export type Finished = Pick<Ended, 'outputs' | 'tooLarge'> & { readonly secret?: Readonly<Record<string, string>> };

export type StreamName = 'stdout' | 'stderr';
export const streamNames = ['stdout', 'stderr'] as const;

/**
 * Both streams' way from a script to the spool files of its attempt and to whoever looks on, secrets hidden.
 * A stream that is a secret output is only gathered, to be sealed at the end.
 * `keepsUp` false: whoever looks on is behind and gets no more; the spool has it.
 */
export function openStreams(
  job: Pick<Job, 'folder' | 'secrets' | 'secretOutputs' | 'spoolLimit'>,
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
  const gathered = new Map<StreamName, { readonly chunks: Buffer[]; bytes: number }>();
  for (const name of streamNames) if (isSecretOutput(job.secretOutputs, name)) gathered.set(name, { chunks: [], bytes: 0 });
  return {
    mask(value: string) {
      for (const name of streamNames) redactors[name].add(value);
    },
    show(name: StreamName, chunk: Buffer) {
      const own = gathered.get(name);
      if (own === undefined) return streams[name].write(redactors[name].push(chunk));
      own.bytes += chunk.length;
      if (own.bytes <= longestOutput) own.chunks.push(chunk);
    },
    /** Writes what is left and closes the spools. */
    finish(found: OutputFound): Finished {
      for (const name of streamNames) streams[name].write(redactors[name].end());
      for (const complaint of found.complaints) streams.stderr.write(`[$RUNWRIGHT_OUTPUT: ${redactors.stderr.text(complaint)}]\n`);
      const tooLarge = [...found.tooLarge, ...streamNames.filter((name) => streams[name].close().dropped > 0)];
      const outputs: Record<string, string> = {};
      const secret: Record<string, string> = {};
      for (const [name, value] of found.values) {
        if (isSecretOutput(job.secretOutputs, name)) secret[name] = value;
        else outputs[name] = redactors.stdout.text(value);
      }
      for (const [name, { chunks, bytes }] of gathered) {
        if (bytes > longestOutput) tooLarge.push(name);
        else
          secret[name] = Buffer.concat(chunks)
            .toString('utf8')
            .replace(/[\r\n]+$/, '');
      }
      return { outputs, tooLarge, ...(Object.keys(secret).length === 0 ? {} : { secret }) };
    },
  };
}
