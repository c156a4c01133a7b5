import { dirname, isAbsolute, join, resolve } from 'node:path';
import { analyse } from '../runbook/analyse.ts';
import { buildInput } from '../runbook/build.ts';
import type { ActionManifest } from '../runbook/core/action.ts';
import type { Called, Surroundings } from '../runbook/surroundings.ts';
import { entriesOf, textOf, valueIn } from '../runbook/syntax/tree.ts';
import type { Files } from './files.ts';
import { actionFiles, type OwnAction, readOwnActions } from './own-actions.ts';
import { type Pack, packActionFiles, packFile, packFolders, packsFile, readPacks } from './packs.ts';
import { sharedFolderOf } from './shared-folder.ts';
import { type ReadTarget, readTargets, targetsFile } from './targets.ts';
import type { Trusted } from './trusted.ts';

/** What a runbook's file may refer to beyond its text. The same object as long as none of the files behind it changed. */
export interface Around extends Surroundings {
  /** Built in and the workspace's own; one of its own never takes a built-in name. */
  readonly actions: readonly ActionManifest[];
  readonly ownActions: readonly OwnAction[];
  readonly targets: readonly ReadTarget[];
  readonly packs: readonly Pack[];
  readonly packsOff: readonly Pack[];
  /** Absolute path of what `call` would run. */
  fileOf(path: string): string;
}

/** Milliseconds for which files are taken as they were found: while somebody types, every key would ask for them again. */
const trusted = 1000;
/** How deep calls are followed to find those that lead back. */
const deepest = 16;

interface Known extends Around {
  checkedAt: number;
  /** Every file that was looked at, with what it was then. */
  readonly stamps: Map<string, string | undefined>;
}

/** Reads the files around runbooks, and reads them again only when one of them has changed. */
export class Workspace {
  readonly #files: Files;
  readonly #builtIn: readonly ActionManifest[];
  readonly #now: () => number;
  readonly #trusted: Trusted | undefined;
  readonly #known = new Map<string, Known>();

  /** `now`: milliseconds that never go back. Without `trusted` nothing is said of who trusts what. */
  constructor(files: Files, builtIn: readonly ActionManifest[], now: () => number, trusted?: Trusted) {
    this.#trusted = trusted;
    this.#files = files;
    this.#builtIn = builtIn;
    this.#now = now;
  }

  /** `file`: absolute path of the runbook. */
  around(file: string): Around {
    const known = this.#known.get(file);
    if (known && (this.#now() - known.checkedAt < trusted || this.#isCurrent(known))) return known;
    const made = this.#make(file);
    this.#known.set(file, made);
    return made;
  }

  /** The runbook is of no interest any more. */
  forget(file: string): void {
    this.#known.delete(file);
  }

  /** A file is not what it was, or may not be: the runbooks to look at again. Without a name: any file. */
  changed(file?: string): readonly string[] {
    const behind = [...this.#known].filter(([, { stamps }]) => file === undefined || stamps.has(file) || stamps.has(dirname(file)));
    for (const [, known] of behind) known.checkedAt = Number.NEGATIVE_INFINITY;
    return behind.map(([runbook]) => runbook);
  }

  #isCurrent(known: Known): boolean {
    known.checkedAt = this.#now();
    for (const [file, stamp] of known.stamps) if (this.#files.stamp(file) !== stamp) return false;
    return true;
  }

  #make(file: string): Known {
    const stamps = new Map<string, string | undefined>();
    const note = (path: string) => stamps.set(path, this.#files.stamp(path));
    const shared = sharedFolderOf(file, { stamp: (path) => note(path).get(path) });
    if (shared !== undefined) {
      note(targetsFile(shared));
      note(join(shared, 'actions'));
      for (const path of actionFiles(shared, this.#files)) note(path);
      note(packsFile(shared));
      note(join(shared, 'packs'));
      if (this.#trusted !== undefined) note(this.#trusted.file);
      for (const folder of packFolders(shared, this.#files))
        for (const path of [packFile(folder), join(folder, 'actions'), ...packActionFiles(folder, this.#files)]) note(path);
    }
    const packs = shared === undefined ? [] : readPacks(shared, this.#files);
    const ownActions = shared === undefined ? [] : readOwnActions(shared, packs, this.#files, this.#builtIn);
    const actions = [...this.#builtIn, ...ownActions.map(({ manifest }) => manifest)];
    const called = new Map<string, Called | 'missing'>();
    // An action calls runbooks from the folder that holds `.runwright`, whoever uses it.
    const base = shared !== undefined && isActionOf(shared, packs, file) ? dirname(shared) : dirname(file);
    const fileOf = (path: string) => (isAbsolute(path) ? path : resolve(base, path));
    return {
      stamps,
      checkedAt: this.#now(),
      actions,
      ownActions,
      packs,
      packsOff: packs.filter(({ folder }) => this.#trusted?.has(folder) === false),
      targets: shared === undefined ? [] : readTargets(shared, this.#files),
      fileOf,
      called: (path) => {
        const target = fileOf(path);
        let found = called.get(target);
        if (!found) {
          found = this.#read(target, actions, note);
          called.set(target, found);
        }
        return found;
      },
    };
  }

  #read(file: string, actions: readonly ActionManifest[], note: (file: string) => void): Called | 'missing' {
    note(file);
    const text = this.#files.read(file);
    if (text === undefined) return 'missing';
    const { document, diagnostics } = analyse(text, { actions });
    const { root } = document;
    return {
      file,
      name: textOf(valueIn(root, 'name')) ?? '',
      description: textOf(valueIn(root, 'description')),
      inputs: Object.fromEntries(document.inputs.map(({ name, node }) => [name, buildInput(node)])),
      outputs: entriesOf(valueIn(root, 'outputs')).map(({ key }) => key.source),
      broken: diagnostics.some(({ severity }) => severity === 'error'),
      calls: this.#calls(file, text, note),
    };
  }

  /** Every file that a runbook calls, directly or through others, each read once. */
  #calls(file: string, text: string, note: (file: string) => void): readonly string[] {
    const found = new Set<string>();
    let level: readonly (readonly [string, string])[] = [[file, text]];
    for (let depth = 0; depth < deepest && level.length > 0; depth++) {
      const next: [string, string][] = [];
      for (const [from, source] of level) {
        for (const path of callsIn(source)) {
          const target = isAbsolute(path) ? path : resolve(dirname(from), path);
          if (found.has(target)) continue;
          found.add(target);
          note(target);
          const body = this.#files.read(target);
          if (body !== undefined) next.push([target, body]);
        }
      }
      level = next;
    }
    return [...found];
  }
}

const isActionOf = (shared: string, packs: readonly Pack[], file: string): boolean =>
  [shared, ...packs.map(({ folder }) => folder)].some((folder) => dirname(file) === join(folder, 'actions'));

function callsIn(text: string): string[] {
  if (!/\bcall\b/.test(text)) return [];
  return analyse(text, { actions: [], rules: [] }).document.steps.flatMap((step) => {
    const path = step.verb === 'call' ? textOf(valueIn(step.node, 'call')) : undefined;
    return path === undefined ? [] : [path];
  });
}
