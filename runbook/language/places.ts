import type { Analysis } from '../analyse.ts';
import type { Range } from '../syntax/lines.ts';
import { contentRange } from '../syntax/scalar.ts';
import { type Definition, type Name, namesOf } from './names.ts';
import { alone, type OtherRunbook, type World } from './world.ts';

/** A declaration, in this file or another. */
export interface Target extends Definition {
  readonly file: string;
  /** Undefined where the file is not read as a runbook: its ranges are then those of its beginning. */
  readonly analysis?: Analysis;
}

export interface Definitions {
  /** The name that is asked about. */
  readonly origin: Range;
  readonly targets: readonly Target[];
}

export interface Place {
  readonly file: string;
  readonly analysis: Analysis;
  readonly range: Range;
  readonly declares: boolean;
}

const start: Definition = { range: { start: 0, end: 0 }, whole: { start: 0, end: 0 } };

/** Where the name at an offset is declared; what an action or a script returns leads to its step, what stands for a file to the file. */
export function definitions(analysis: Analysis, offset: number, world: World = alone): Definitions | undefined {
  const spot = namesOf(analysis).at(offset);
  if (!spot) return undefined;
  return { origin: spot.range, targets: spot.names.flatMap((name) => declarations(analysis, name, world)) };
}

function declarations(analysis: Analysis, name: Name, { around, others }: World): readonly Target[] {
  const here = (own: readonly Definition[]): Target[] => own.map((one) => ({ ...one, file: others.self, analysis }));
  if (name.definitions.length > 0) return here(name.definitions);
  const called = name.called === undefined ? undefined : others.called(name.called);
  if (name.kind === 'runbook') return called ? [{ ...start, file: called.file, analysis: called.analysis }] : [];
  if (called) {
    const home = homeOf(name, called);
    if (home) return home.definitions.map((one) => ({ ...one, file: called.file, analysis: called.analysis }));
  }
  if (name.kind === 'action') {
    const file = others.actionFile(name.name);
    return file === undefined ? [] : [{ ...start, file }];
  }
  if (name.kind === 'target') {
    const shared = around.targets.find((one) => one.name.toLowerCase() === name.name.toLowerCase());
    return shared ? [{ file: shared.file, range: shared.range, whole: shared.range }] : [];
  }
  if (!name.step?.id) return [];
  return here(namesOf(analysis).at(contentRange(analysis.document.text, name.step.id.node).start)?.names[0]?.definitions ?? []);
}

/** The input or output of the called runbook that a name of the caller means. */
function homeOf({ kind, name }: Name, { analysis }: OtherRunbook): Name | undefined {
  const wanted = kind === 'output' ? 'result' : kind;
  return namesOf(analysis).names.find(
    (one) => one.kind === wanted && one.called === undefined && one.definitions.length > 0 && one.name.toLowerCase() === name.toLowerCase(),
  );
}

/** Every place of the name at an offset in this file, in the order of the text. */
export function places(analysis: Analysis, offset: number): Place[] {
  return ordered((namesOf(analysis).at(offset)?.names ?? []).flatMap((name) => placesIn('', analysis, name)));
}

/** The same, in every file that the name reaches: what a runbook takes and returns is known to those who call it. */
export function everywhere(analysis: Analysis, offset: number, { others }: World): Place[] {
  const here: OtherRunbook = { file: others.self, analysis, others };
  return (namesOf(analysis).at(offset)?.names ?? []).flatMap((name) =>
    ordered(reach(here, name).flatMap(([at, one]) => placesIn(at.file, at.analysis, one))),
  );
}

/** The files that a name stands in, each with the name as that file knows it; the one that declares it first. */
export function reach(here: OtherRunbook, name: Name): (readonly [OtherRunbook, Name])[] {
  const called = name.called === undefined ? undefined : here.others.called(name.called);
  const home = called && (name.kind === 'runbook' ? called : homeOf(name, called) && called);
  const owner = home ?? here;
  const own = home && name.kind !== 'runbook' ? homeOf(name, home) : name;
  if (!own || (!home && name.called !== undefined)) return [[here, name]];
  const found: (readonly [OtherRunbook, Name])[] = owner === here || name.kind === 'runbook' ? [] : [[owner, own]];
  if (owner === here) found.push([here, name]);
  const wanted = own.kind === 'result' ? 'output' : own.kind;
  if (wanted !== 'input' && wanted !== 'output' && wanted !== 'runbook') return found;
  if (owner === here && own.kind === 'output') return found;
  const callers = owner.others.callers();
  for (const caller of callers.some(({ file }) => file === here.file) || owner === here ? callers : [...callers, here]) {
    const at = caller.file === here.file ? here : caller;
    for (const one of namesOf(at.analysis).names) {
      if (one.kind !== wanted || one.called === undefined || (wanted !== 'runbook' && one.name.toLowerCase() !== own.name.toLowerCase()))
        continue;
      if (at.others.called(one.called)?.file === owner.file) found.push([at, one]);
    }
  }
  return found;
}

function placesIn(file: string, analysis: Analysis, { definitions: own, references }: Name): Place[] {
  return [
    ...own.map(({ range }) => ({ file, analysis, range, declares: true })),
    ...references.map((range) => ({ file, analysis, range, declares: false })),
  ];
}

/** File by file; an alias leads to the same place twice. */
function ordered(found: readonly Place[]): Place[] {
  const files = [...new Set(found.map(({ file }) => file))];
  return files.flatMap((file) => {
    const own = found.filter((place) => place.file === file);
    return [...new Map(own.map((place) => [place.range.start, place])).values()].sort((a, b) => a.range.start - b.range.start);
  });
}
