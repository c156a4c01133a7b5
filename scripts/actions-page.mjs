// Writes docs/actions.md from the manifests under actions/.
import { writeFile } from 'node:fs/promises';
import { actionsPage, actionsPageFile } from './lib/actions-page.mjs';

await writeFile(actionsPageFile, await actionsPage());
