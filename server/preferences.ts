import type { Connection } from 'vscode-languageserver/node';
import type { Preferences } from './feature.ts';

type Growing = { -readonly [K in keyof Preferences]: Preferences[K] };

/** As sent with `initialize`, then with each `workspace/didChangeConfiguration` (under `runwright`, or alone); what is not said is on. */
export function preferencesOf(connection: Connection, options: unknown): Preferences {
  const preferences: Growing = { inlayHints: true, referencesLens: true };
  const take = (settings: unknown): void => {
    const own = isRecord(settings) && isRecord(settings.runwright) ? settings.runwright : settings;
    if (!isRecord(own)) return;
    if (typeof own.inlayHints === 'boolean') preferences.inlayHints = own.inlayHints;
    if (typeof own.referencesLens === 'boolean') preferences.referencesLens = own.referencesLens;
  };
  take(options);
  connection.onDidChangeConfiguration(({ settings }) => {
    take(settings);
    // Fails where the client cannot: then the next edit shows the change.
    void connection.languages.inlayHint.refresh().catch(() => undefined);
    void connection.sendRequest('workspace/codeLens/refresh').catch(() => undefined);
  });
  return preferences;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
