import { builtInActions } from '../../actions.ts';
import { type Analysis, analyse } from '../../analyse.ts';
import { noSurroundings } from '../../surroundings.ts';
import { stringOf, valueIn } from '../../syntax/tree.ts';
import { noOthers, type Others, type World } from '../world.ts';

/** Files of one folder, by name, for tests: a fake of what reads a workspace. */
export function neighbourhood(texts: Readonly<Record<string, string>>): { world(file: string): World } {
  const analyses = new Map<string, Analysis>();
  const analysis = (file: string): Analysis | undefined => {
    const text = texts[file];
    if (text !== undefined && !analyses.has(file)) analyses.set(file, analyse(text, { actions: builtInActions }));
    return analyses.get(file);
  };
  const at = (path: string) => path.replace(/^\.\//, '');
  const around = (self: string): Others => ({
    ...noOthers,
    self,
    callable: () => Object.keys(texts).flatMap((file) => (file === self ? [] : [`./${file}`])),
    called: (path) => {
      const found = analysis(at(path));
      return found && { file: at(path), analysis: found, others: around(at(path)) };
    },
    callers: () =>
      Object.keys(texts).flatMap((file) => {
        const found = analysis(file);
        const calls = found?.document.steps.some((step) => at(stringOf(valueIn(step.node, 'call')) ?? '') === self);
        return found && calls && file !== self ? [{ file, analysis: found, others: around(file) }] : [];
      }),
    file: (path) => (texts[at(path)] === undefined ? undefined : at(path)),
  });
  return { world: (file) => ({ around: noSurroundings, others: around(file) }) };
}
