import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { stateFolder } from '../../protocol/state-folder.ts';
import { disk } from '../../workspace/files.ts';
import { type Trusted, trustedIn } from '../../workspace/trusted.ts';

/** What the engine of this machine trusts, read without it. */
export const trustedHere = (): Trusted => trustedIn(resolve(stateFolder(process.env, process.platform, homedir())), disk);
