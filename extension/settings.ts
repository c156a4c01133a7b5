import * as vscode from 'vscode';
import { type Settings, settingDefaults } from './contributions.ts';

export function setting<Key extends keyof Settings>(key: Key): Settings[Key] {
  return vscode.workspace.getConfiguration('runwright').get<Settings[Key]>(key) ?? settingDefaults[key];
}

/** Only what the user set for themselves counts: a workspace must not loosen the policy. */
export function approvalPolicy(): Settings['approval.policy'] {
  const values = vscode.workspace.getConfiguration('runwright').inspect<Settings['approval.policy']>('approval.policy');
  const value = values?.globalValue ?? values?.defaultValue;
  return value !== undefined && ['low', 'medium', 'high', 'critical'].includes(value) ? value : settingDefaults['approval.policy'];
}

export function onSettingChange(key: keyof Settings, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`runwright.${key}`)) listener();
  });
}
