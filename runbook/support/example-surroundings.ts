import { builtInActions } from '../actions.ts';
import type { ActionManifest } from '../core/action.ts';
import type { Called, Surroundings } from '../surroundings.ts';

const restart: Called = {
  file: '/ops/restart.runbook.yaml',
  name: 'Restart a service',
  inputs: {
    service: { type: 'string', required: true },
    grace: { type: 'duration', default: '30s' },
    count: { type: 'integer', min: 1, max: 9 },
  },
  outputs: ['pid'],
  broken: false,
  calls: [],
};

const called: Readonly<Record<string, Called>> = {
  './restart.runbook.yaml': restart,
  './broken.runbook.yaml': { ...restart, file: '/ops/broken.runbook.yaml', name: 'Broken', inputs: {}, outputs: [], broken: true },
  './circle.runbook.yaml': {
    ...restart,
    file: '/ops/circle.runbook.yaml',
    inputs: {},
    calls: ['/ops/this.runbook.yaml', '/ops/circle.runbook.yaml'],
  },
};

/** What the examples of rules find around them: a shared database `db`, a pack `edge` that nobody trusts, and three runbooks beside the example. */
export const exampleSurroundings: Surroundings = {
  targets: [{ name: 'db', type: 'postgres', file: '/ops/.runwright/targets.yaml', range: { start: 0, end: 2 } }],
  packsOff: [{ name: 'edge', folder: '/ops/.runwright/packs/edge' }],
  called: (path) => (Object.hasOwn(called, path) ? called[path] : 'missing'),
};

/** What is built in, and one of the workspace's own that is made of steps. */
export const exampleActions: readonly ActionManifest[] = [
  ...builtInActions,
  {
    name: 'hosts/drain',
    description: 'Takes a host out of service',
    category: 'containment',
    complexity: 'simple',
    risk: 'low',
    idempotent: true,
    inputs: { type: 'object', properties: {}, additionalProperties: false },
    outputs: {},
    madeOf: 'steps',
    estimate: 1000,
  },
];
