import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Analysis, analyse } from '../runbook/analyse.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import type { Diagnostic } from '../runbook/diagnostic.ts';
import type { OtherRunbook, Others } from '../runbook/language/world.ts';
import type { Surroundings } from '../runbook/surroundings.ts';
import type { Lines } from '../runbook/syntax/lines.ts';
import { stringOf, valueIn } from '../runbook/syntax/tree.ts';
import type { Files } from '../workspace/files.ts';
import { actionFiles } from '../workspace/own-actions.ts';
import { sharedFolderName, sharedFolderOf } from '../workspace/shared-folder.ts';
import type { Beyond, Documents } from './documents.ts';

export const noFiles: Files = { read: () => undefined, stamp: () => undefined, list: () => [] };

const runbookName = /\.(?:runbook|workflow)\.ya?ml$/i;
/** A workspace may be somebody's whole disk. */
const limits = { files: 2_000, folders: 5_000, depth: 8 };
/** Milliseconds that a list of the workspace's files is good for. */
const fresh = 2_000;

export interface Problems {
  /** Another one whenever the rest is. */
  readonly id: string;
  readonly lines: Lines;
  readonly diagnostics: readonly Diagnostic[];
}

/** The runbooks around the open ones: an open text stands before the one on the disk. Read when asked for, and again only when changed. */
export class Neighbours {
  readonly #documents: Documents;
  readonly #files: Files;
  readonly #actions: readonly ActionManifest[];
  readonly #known = new Map<string, { readonly stamp: string; readonly analysis: Analysis }>();
  readonly #problems = new Map<string, Problems & { readonly stamp: string; readonly around: Surroundings }>();
  #count = 0;
  #roots: readonly string[] = [];
  #listed: { readonly at: number; readonly files: readonly string[] } | undefined;

  constructor(documents: Documents, files: Files, actions: readonly ActionManifest[]) {
    this.#documents = documents;
    this.#files = files;
    this.#actions = actions;
  }

  /** `folders`: URIs of the workspace. */
  start(folders: readonly string[]): void {
    this.#roots = folders.flatMap((uri) => pathOf(uri) ?? []);
  }

  /** Files may have come or gone. */
  changed(): void {
    this.#listed = undefined;
  }

  /** URIs of all runbooks, on the disk and open. */
  runbooks(): readonly string[] {
    if (!this.#listed || performance.now() - this.#listed.at > fresh) {
      const files: string[] = [];
      const budget = { folders: limits.folders };
      for (const root of this.#roots) this.#walk(root, limits.depth, files, budget);
      this.#listed = { at: performance.now(), files };
    }
    const open = this.#opened();
    return [...new Set([...this.#listed.files.map((file) => open.get(file) ?? pathToFileURL(file).href), ...this.#documents.uris()])];
  }

  /** Of a path, or of what is a URI already: as the editor writes it where the file is open, since there are several ways to. */
  uriOf(file: string): string {
    return /^[a-z][a-z\d+.-]+:/i.test(file) ? file : (this.#opened().get(file) ?? pathToFileURL(file).href);
  }

  #opened(): ReadonlyMap<string, string> {
    return new Map(
      this.#documents.uris().flatMap((uri) => {
        const file = pathOf(uri);
        return file === undefined ? [] : [[file, uri] as const];
      }),
    );
  }

  /** Of an open document, else of the file; without diagnostics where it is not open. */
  analysis(uri: string): Analysis | undefined {
    const open = this.#documents.analysis(uri);
    if (open) return open;
    const file = pathOf(uri);
    const stamp = file === undefined ? undefined : this.#files.stamp(file);
    if (file === undefined || stamp === undefined) return undefined;
    const known = this.#known.get(uri);
    if (known?.stamp === stamp) return known.analysis;
    const text = this.#files.read(file);
    if (text === undefined) return undefined;
    const analysis = analyse(text, { actions: this.#actions, rules: [] });
    this.#known.set(uri, { stamp, analysis });
    return analysis;
  }

  /** What is wrong with a file that is not open, and what changes when that may have. */
  problems(uri: string, { actions, around }: Beyond): Problems | undefined {
    const file = pathOf(uri);
    const stamp = file === undefined ? undefined : this.#files.stamp(file);
    if (file === undefined || stamp === undefined) return undefined;
    const known = this.#problems.get(uri);
    if (known?.stamp === stamp && known.around === around) return known;
    const text = this.#files.read(file);
    if (text === undefined) return undefined;
    const { document, diagnostics } = analyse(text, { actions, around });
    const problems = { id: String(++this.#count), stamp, around, lines: document.lines, diagnostics };
    this.#problems.set(uri, problems);
    return problems;
  }

  /** As seen from one document. */
  around(uri: string): Others {
    const file = pathOf(uri);
    const at = (path: string) => (file === undefined || /^[a-z]+:\/\//i.test(path) ? undefined : resolve(dirname(file), path));
    const uriAt = (path: string) => {
      const target = at(path);
      return target === undefined ? undefined : this.uriOf(target);
    };
    return {
      self: uri,
      callable: () => {
        if (file === undefined) return [];
        return this.runbooks().flatMap((other) => {
          const path = pathOf(other);
          return path === undefined || path === file ? [] : [written(relative(dirname(file), path))];
        });
      },
      called: (path) => {
        const target = uriAt(path);
        const analysis = target === undefined ? undefined : this.analysis(target);
        return target === undefined || !analysis ? undefined : { file: target, analysis, others: this.around(target) };
      },
      callers: () => (file === undefined ? [] : this.#callers(uri, file)),
      actionFile: (name) => (file === undefined ? undefined : this.#actionFile(file, name)),
      file: (path) => {
        const target = at(path);
        return target === undefined || this.#files.stamp(target) === undefined ? undefined : this.uriOf(target);
      },
    };
  }

  /** The URI for a new action, as seen from a document: in the nearest `.runwright`, else at the top of its workspace folder. */
  newAction(uri: string, name: string): string | undefined {
    const file = pathOf(uri);
    if (file === undefined) return undefined;
    const folder = this.#roots.find((root) => file.startsWith(root + sep)) ?? dirname(file);
    const shared = sharedFolderOf(file, this.#files) ?? join(folder, sharedFolderName);
    return pathToFileURL(join(shared, 'actions', `${basename(name)}.action.yaml`)).href;
  }

  #callers(uri: string, file: string): OtherRunbook[] {
    const name = basename(file);
    return this.runbooks().flatMap((other) => {
      const path = pathOf(other);
      const analysis = other === uri || path === undefined ? undefined : this.analysis(other);
      // Few runbooks call others: their text says so before their steps are looked at.
      if (path === undefined || !analysis?.document.text.includes(name)) return [];
      const calls = analysis.document.steps.some((step) => {
        const called = step.verb === 'call' ? stringOf(valueIn(step.node, 'call')) : undefined;
        return called !== undefined && resolve(dirname(path), called) === file;
      });
      return calls ? [{ file: other, analysis, others: this.around(other) }] : [];
    });
  }

  /** In the nearest `.runwright`, by the name that the file gives itself. */
  #actionFile(file: string, name: string): string | undefined {
    const shared = sharedFolderOf(file, this.#files);
    if (shared === undefined) return undefined;
    return actionFiles(shared, this.#files)
      .map((path) => this.uriOf(path))
      .find((uri) => stringOf(valueIn(this.analysis(uri)?.document.root, 'name')) === name);
  }

  #walk(folder: string, depth: number, found: string[], budget: { folders: number }): void {
    if (depth < 0 || budget.folders-- <= 0) return;
    for (const name of this.#files.list(folder)) {
      if (found.length >= limits.files) return;
      if (runbookName.test(name)) found.push(join(folder, name));
      // What has an ending is a file; what begins with a dot is nobody's runbook.
      else if (!name.includes('.') && name !== 'node_modules') this.#walk(join(folder, name), depth - 1, found, budget);
    }
  }
}

const written = (path: string) => {
  const forward = path.split(sep).join('/');
  return forward.startsWith('.') ? forward : `./${forward}`;
};

export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
