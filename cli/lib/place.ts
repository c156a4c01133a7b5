import { join } from 'node:path';

declare const __VERSION__: string;

export const version = (): string => __VERSION__;

/** A bundle that stands beside this one, such as `engine.cjs`. */
export const bundlePath = (name: string): string => join(__dirname, name);
