// Compares package.json with the tables in extension/contributions.ts, and every file it names with the disk.
// `--write` first puts the tools for language models into it, which are described in copilot/tools/ alone.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { node24 } from './node24.mjs';
import { root } from './root.mjs';
import { run } from './steps.mjs';

/** Runs the comparison under a Node that reads TypeScript; rejects with the list of differences. */
export async function checkManifest() {
  await run(await node24(), [import.meta.filename], { cwd: root, quiet: true });
}

/** @returns one sentence per difference. */
export function differences(manifest, tables, exists) {
  const { commands, menus, views, viewsContainers, viewsWelcome, configuration, keybindings, languages, grammars } = manifest.contributes;
  const settings = Object.fromEntries(Object.entries(configuration.properties).map(([key, property]) => [key, property.default]));
  const viewList = Object.values(views).flat();
  const used = [...Object.values(menus).flat(), ...keybindings];
  const whens = [...used, ...viewList, ...viewsWelcome, ...commands.map((command) => ({ when: command.enablement }))].map(
    (item) => item.when ?? '',
  );
  const files = [
    manifest.icon,
    ...viewsContainers.activitybar.map((item) => item.icon),
    ...viewList.map((view) => view.icon),
    ...languages.flatMap((language) => [language.configuration, ...Object.values(language.icon)]),
    ...grammars.map((grammar) => grammar.path),
  ];
  return [
    ...compare(
      'command',
      commands.map((item) => item.command),
      tables.commandIds,
    ),
    ...compare(
      'view',
      viewList.map((item) => item.id),
      tables.viewIds,
    ),
    ...compare(
      'setting',
      Object.keys(settings),
      Object.keys(tables.settingDefaults).map((key) => `runwright.${key}`),
    ),
    ...compare(
      'file suffix',
      languages.flatMap((language) => language.extensions),
      tables.fileSuffixes,
    ),
    ...Object.entries(tables.settingDefaults)
      .filter(([key, value]) => `runwright.${key}` in settings && settings[`runwright.${key}`] !== value)
      .map(
        ([key, value]) =>
          `The setting runwright.${key} defaults to ${JSON.stringify(settings[`runwright.${key}`])} in package.json and to ${JSON.stringify(value)} in the code.`,
      ),
    ...compare(
      'tool',
      (manifest.contributes.languageModelTools ?? []).map((item) => item.name),
      tables.toolNames,
    ),
    ...(JSON.stringify(manifest.contributes.languageModelTools) === JSON.stringify(tables.languageModelTools)
      ? []
      : ['The tools in package.json are not those of copilot/tools/: node scripts/lib/manifest.mjs --write']),
    ...used
      .filter((item) => !tables.commandIds.includes(item.command))
      .map((item) => `A menu or key names the unknown command ${item.command}.`),
    ...viewsWelcome
      .filter((item) => !tables.viewIds.includes(item.view))
      .map((item) => `A welcome text names the unknown view ${item.view}.`),
    ...matches(whens, /\bview == ([\w.]+)/g)
      .filter((id) => !tables.viewIds.includes(id))
      .map((id) => `A condition names the unknown view ${id}.`),
    ...matches(whens, /\bviewItem == ([\w.]+)/g)
      .filter((id) => !tables.itemContexts.includes(id))
      .map((id) => `A condition names the unknown tree item ${id}.`),
    ...matches(whens, /\bviewItem =~ \/(.+?)\/( |$)/g)
      .filter((source) => !tables.itemContexts.some((id) => new RegExp(source).test(id)))
      .map((source) => `No tree item matches the condition /${source}/.`),
    ...matches(whens, /\bconfig\.runwright\.([\w.]+)/g)
      .filter((key) => !(key in tables.settingDefaults))
      .map((key) => `A condition names the unknown setting runwright.${key}.`),
    ...commands.filter((item) => item.category !== 'Runwright').map((item) => `The command ${item.command} lacks the category Runwright.`),
    ...files.filter((file) => file !== undefined && !exists(file)).map((file) => `package.json names ${file}, which is not there.`),
  ];
}

function compare(what, declared, coded) {
  return [
    ...declared
      .filter((id) => !coded.includes(id))
      .map((id) => `The ${what} ${id} is in package.json and not in extension/contributions.ts.`),
    ...coded
      .filter((id) => !declared.includes(id))
      .map((id) => `The ${what} ${id} is in extension/contributions.ts and not in package.json.`),
    ...declared.filter((id, index) => declared.indexOf(id) !== index).map((id) => `The ${what} ${id} is declared twice.`),
  ];
}

function matches(texts, pattern) {
  return texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]));
}

/** What the code says about itself. */
async function codeTables() {
  const [contributions, { contributed, contributionOf }] = await Promise.all([
    import('../../extension/contributions.ts'),
    import('../../extension/lm/contribution.ts'),
  ]);
  return { ...contributions, languageModelTools: contributed.map(contributionOf) };
}

if (import.meta.filename === process.argv[1]) {
  const file = join(root, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  const tables = await codeTables();
  if (process.argv.includes('--write')) {
    manifest.contributes.languageModelTools = tables.languageModelTools;
    await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
  }
  const problems = differences(manifest, tables, (path) => existsSync(join(root, path)));
  for (const problem of problems) console.error(problem);
  process.exit(problems.length === 0 ? 0 : 1);
}
