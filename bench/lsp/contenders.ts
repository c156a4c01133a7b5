import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Generated, generatedRunbook, generatedWorkflow } from './documents.ts';

export const project = resolve(import.meta.dirname, '../..');

/** A language server, and what it is given. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  /** Arguments of Node. */
  readonly start: readonly string[];
  readonly languageId: string;
  readonly uri: (number: number) => string;
  readonly document: (steps: number) => Generated;
  readonly settings: Readonly<Record<string, unknown>>;
}

const versionOf = (folder: string): string => {
  const { version } = JSON.parse(readFileSync(join(project, folder, 'package.json'), 'utf8')) as { version: string };
  return version;
};
const neighbour = (name: string) => join(project, 'node_modules', name);

export const contenders: readonly Contender[] = [
  {
    name: 'runwright',
    version: versionOf('.'),
    start: [join(project, 'dist/server.cjs'), '--stdio'],
    languageId: 'runbook',
    uri: (number) => `file:///bench/${number}.runbook.yaml`,
    document: generatedRunbook,
    settings: {},
  },
  {
    name: 'yaml-language-server',
    version: versionOf('node_modules/yaml-language-server'),
    start: [join(neighbour('yaml-language-server'), 'bin/yaml-language-server'), '--stdio'],
    languageId: 'yaml',
    uri: (number) => `file:///bench/${number}.runbook.yaml`,
    document: generatedRunbook,
    settings: {
      yaml: {
        schemas: { [pathToFileURL(join(project, 'schemas/runbook.schema.json')).href]: '*.runbook.yaml' },
        // Nothing comes from the network.
        schemaStore: { enable: false },
        kubernetesCRDStore: { enable: false },
        validate: true,
        completion: true,
        hover: true,
      },
    },
  },
  {
    name: '@actions/languageserver',
    version: versionOf('node_modules/@actions/languageserver'),
    start: [join(neighbour('@actions/languageserver'), 'bin/actions-languageserver'), '--stdio'],
    languageId: 'github-actions-workflow',
    uri: (number) => `file:///bench/.github/workflows/${number}.yml`,
    document: generatedWorkflow,
    settings: {},
  },
];
