import type { Document } from '../document.ts';

/** Secrets that the text refers to and that `secrets` does not list. */
export function undeclaredSecrets({ text, secrets }: Document): string[] {
  const declared = new Set(secrets.map(({ name }) => name.toLowerCase()));
  const found = new Map<string, string>();
  for (const [, name = ''] of text.matchAll(/\bsecrets\.([A-Za-z_][\w-]*)/g)) {
    const key = name.toLowerCase();
    if (!declared.has(key) && !found.has(key)) found.set(key, name);
  }
  return [...found.values()];
}
