import * as vscode from 'vscode';
import { tellBriefly } from '../tell.ts';
import type { Handler } from './handler.ts';

/** Restart Engine: steps that run go on and are adopted by the new one. */
export const restartEngine: Handler = async (services) => {
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Restarting the engine' }, () =>
    services.connection.restart(),
  );
  tellBriefly('$(check) The engine was restarted');
};

export const restartServer: Handler = async (services) => {
  await services.language.restart();
  tellBriefly('$(check) The language server was restarted');
};

export const showLog: Handler = (services) => services.log.show();
