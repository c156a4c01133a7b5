// Writes schemas/generated/ from the schemas: TypeScript types and a validator that needs no compiler at run time.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from './lib/root.mjs';

const schemas = [
  'runbook.schema.json',
  'action.schema.json',
  'targets.schema.json',
  'channels.schema.json',
  'security.schema.json',
  'pack.schema.json',
  'packs.schema.json',
];

export async function generate() {
  const { default: Ajv } = await import('ajv');
  const { default: standalone } = await import('ajv/dist/standalone/index.js');
  const { compile } = await import('json-schema-to-typescript');
  const folder = join(root, 'schemas/generated');
  await mkdir(folder, { recursive: true });
  await write(
    join(folder, 'catalog.ts'),
    `/* Written from the manifests under actions/; do not edit. */\nexport const catalog: readonly unknown[] = ${JSON.stringify(await manifests(), null, 2)};\n`,
  );
  for (const file of schemas) {
    const schema = JSON.parse(await readFile(join(root, 'schemas', file), 'utf8'));
    const name = basename(file, '.schema.json');
    const ajv = new Ajv({
      allErrors: true,
      verbose: false,
      strictSchema: true,
      strictTypes: true,
      strictNumbers: true,
      allowUnionTypes: true,
      code: { source: true, esm: true, lines: false },
    });
    const code = standalone(ajv, ajv.compile(schema)).replace(
      /const (\w+) = require\(("[^"]+")\)(\.default)?;/g,
      (_, id, from, def) =>
        `import ${id}_ from ${from.replace(/^"ajv\/dist\/runtime\/(\w+)"$/, '"ajv/dist/runtime/$1.js"')}; const ${id} = ${id}_${def ? `.default ?? ${id}_` : ''};`,
    );
    await write(join(folder, `${name}.validator.js`), code);
    await write(
      join(folder, `${name}.validator.d.ts`),
      "import type { ErrorObject } from 'ajv';\ndeclare const validate: { (value: unknown): boolean; errors?: ErrorObject[] | null };\nexport default validate;\n",
    );
    await write(
      join(folder, `${name}.schema.ts`),
      `/* Written from schemas/${file}; do not edit. */\nexport const schema: unknown = ${JSON.stringify(schema, null, 2)};\n`,
    );
    await write(
      join(folder, `${name}.ts`),
      await compile(schema, name, { bannerComment: `/* Written from schemas/${file}; do not edit. */`, additionalProperties: false }),
    );
  }
}

/** actions/PACK/ACTION/manifest.json, in the order of their names. */
async function manifests() {
  const files = (await readdir(join(root, 'actions'), { recursive: true })).filter((file) => file.endsWith('manifest.json')).sort();
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(root, 'actions', file), 'utf8'))));
}

/** Leaves an unchanged file alone, so that nothing is rebuilt for nothing. */
async function write(path, text) {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFile(path, text);
}

if (import.meta.filename === process.argv[1]) await generate();
