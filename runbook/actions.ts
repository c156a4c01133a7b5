import { catalog } from '../schemas/generated/catalog.ts';
import type { ActionManifest } from './core/action.ts';

/** The built-in actions; a test holds every manifest to this shape. */
export const builtInActions = catalog as readonly ActionManifest[];
