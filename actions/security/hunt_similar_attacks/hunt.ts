import type { ActionCode, ActionContext } from '../../../engine/connectors/action.ts';
import type { Host } from '../../../engine/connectors/host.ts';
import type { Outcome } from '../../../engine/kernel/command.ts';
import { type Problem, ProblemError, problem } from '../../../runbook/core/errors.ts';
import type { Json } from '../../../runbook/core/json.ts';
import { fitting } from '../fit.ts';
import { filesOf, mostFiles } from './files.ts';
import { logFormats } from './logs/format.ts';
import { type Read, Search } from './search.ts';
import { readWanted } from './wanted.ts';

const mostMatched = 200;
/** They say that no other file can be read either. */
const hopeless: readonly string[] = ['network', 'auth', 'timeout'];

export const huntSimilarAttacks: ActionCode = async (input, context) => {
  try {
    const wanted = await readWanted(input, context);
    context.log(`searching for ${wanted.indicators.length} indicators and ${wanted.rules.length} rules`);
    const search = new Search(wanted, typeof input.max_hits === 'number' ? input.max_hits : 100);
    const host = await context.host();
    const here = context.connection === undefined || context.connection.type === 'local';
    const names = Array.isArray(input.files) ? input.files.map(String) : [];
    const files = await filesOf(host, here, context.folder, names, context.signal);
    if (files.length === 0) return failed(problem('hunt-no-files', { host: host.name, files: names.join(', ').slice(0, 200) }));
    if (files.length > mostFiles) return failed(problem('hunt-too-many', { count: files.length, what: 'files', limit: mostFiles }));
    return await searchAll(search, host, files, input, context);
  } catch (error) {
    if (context.signal.aborted) return { kind: 'cancelled' };
    if (error instanceof ProblemError) return failed(error.problem);
    throw error;
  }
};

async function searchAll(
  search: Search,
  host: Host,
  files: readonly string[],
  input: Readonly<Record<string, Json>>,
  context: ActionContext,
): Promise<Outcome> {
  const format = logFormats.find((known) => known === input.format) ?? 'auto';
  const reads: { file: string; read: Read }[] = [];
  const errors: { file: string; error: Problem }[] = [];
  for (const file of files) {
    const read: Read = { format: 'text', bytes: 0, lines: 0, hits: 0 };
    try {
      await search.file(host.name, file, host.read(file, context.signal), format, read);
    } catch (error) {
      if (context.signal.aborted) return { kind: 'cancelled' };
      const found = problemOf(error, host.name, file);
      if (found.code === 'sigma-slow') return { kind: 'failed', error: found, outputs: outputsOf(search, reads, errors) };
      errors.push({ file, error: found });
      context.log(found.message);
    }
    if (read.bytes > 0 || errors.at(-1)?.file !== file) {
      reads.push({ file, read });
      context.log(`${file}: ${read.hits} hits in ${read.lines} lines, ${(read.bytes / 1e6).toFixed(1)} MB of ${read.format}`);
    }
    if (hopeless.includes(errors.at(-1)?.error.class ?? '')) break;
  }
  const first = errors[0];
  const outputs = outputsOf(search, reads, errors);
  const hopes = errors.find(({ error }) => hopeless.includes(error.class));
  if (hopes) return { kind: 'failed', error: hopes.error, outputs };
  if (first && reads.length === 0) return failed(first.error);
  return { kind: 'succeeded', outputs };
}

function outputsOf(
  search: Search,
  reads: readonly { file: string; read: Read }[],
  errors: readonly { file: string; error: Problem }[],
): Record<string, Json> {
  const matched = search.matched();
  return {
    count: search.count,
    hits: search.hits,
    truncated: search.hits.length < search.count,
    matched: fitting(matched.slice(0, mostMatched)),
    techniques: [...new Set(matched.flatMap(({ techniques }) => techniques))].sort(),
    files: fitting(reads.map(({ file, read }) => ({ file, ...read }))),
    errors: fitting(errors.map(({ file, error }) => ({ file, code: error.code, message: error.message, remedy: error.remedy }))),
  };
}

function problemOf(error: unknown, host: string, file: string): Problem {
  if (error instanceof ProblemError) return error.problem;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = code.startsWith('Z_') ? 'its gzip is broken or ends too soon' : code || 'it cannot be read';
  return problem('hunt-file', { host, file, why }, { class: 'invalid-input' });
}

const failed = (error: Problem): Outcome => ({ kind: 'failed', error });
