// Who imports whom, held exactly: `references` are transitive for the compiler, so it alone lets through what a folder does not list.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { root } from './root.mjs';

const ignored = /(^|\/)(node_modules|out|dist|\.git)(\/|$)/;
const importOf = /(?:\bfrom|\bimport\(|\bimport)\s*['"](\.[^'"]+)['"]/g;

/** Rejects with one sentence per import that the folder's tsconfig.json does not list, and per listed folder that nothing imports. */
export async function checkImports(base = root) {
  const found = await differences(base);
  if (found.length > 0) throw new Error(found.join('\n'));
}

async function differences(base) {
  const files = (await readdir(base, { recursive: true })).map((file) => file.replaceAll('\\', '/')).filter((file) => !ignored.test(file));
  const projects = files.filter((file) => file.endsWith('/tsconfig.json')).map(dirname);
  const projectOf = (file) => projects.filter((project) => file.startsWith(`${project}/`)).sort((a, b) => b.length - a.length)[0];
  const used = new Map(projects.map((project) => [project, new Set()]));
  const sentences = [];
  const listed = new Map();
  for (const project of projects) {
    const { references = [] } = JSON.parse(await readFile(join(base, project, 'tsconfig.json'), 'utf8'));
    listed.set(project, new Set(references.map(({ path }) => normalize(join(project, path)).replaceAll('\\', '/'))));
  }
  for (const file of files) {
    const project = projectOf(file);
    if (!project || !file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    for (const [, from] of (await readFile(join(base, file), 'utf8')).matchAll(importOf)) {
      const target = projectOf(relative(base, join(base, dirname(file), from)).replaceAll('\\', '/'));
      if (!target || target === project) continue;
      used.get(project).add(target);
      if (!listed.get(project).has(target))
        sentences.push(`${file} imports ${from}, and ${project}/tsconfig.json does not list ${target}.`);
    }
  }
  for (const [project, references] of listed) {
    for (const target of references) {
      if (!used.get(project).has(target)) sentences.push(`${project}/tsconfig.json lists ${target}, and nothing in it imports that.`);
    }
  }
  return sentences;
}
