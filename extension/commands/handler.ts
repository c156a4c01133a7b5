import type { Services } from '../services.ts';

/** What a command does. Arguments come from VS Code's menus, our own views or anybody's `executeCommand`: each handler reads them by arguments.ts. */
export type Handler = (services: Services, argument?: unknown) => Promise<unknown> | unknown;
