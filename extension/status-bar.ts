import * as vscode from 'vscode';
import { isFinal } from './runs/words.ts';
import type { Services } from './services.ts';

/** What goes on, in a few words; a click shows the runs. */
export function statusBar(services: Services): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('runwright.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Runwright';
  item.command = { command: 'runwright.runs.focus', title: 'Show Runs' };

  const update = () => {
    const { state } = services.connection;
    const active = services.store.runs.filter((run) => !isFinal(run)).length;
    const waiting = services.store.questions.length;
    const asking = new Set(services.store.questions.map((question) => question.run));
    const paused = services.store.runs.filter((run) => run.status === 'paused' && !asking.has(run.id)).length;
    const running = Math.max(0, active - asking.size - paused);
    item.text =
      waiting > 0
        ? `$(debug-pause) Runwright: ${waiting} waiting`
        : running > 0
          ? `$(loading~spin) Runwright: ${running} running`
          : paused > 0
            ? `$(debug-pause) Runwright: ${paused} paused`
            : state.kind === 'failed'
              ? '$(warning) Runwright'
              : '$(checklist) Runwright';
    item.backgroundColor = waiting > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    const engine = {
      off: 'The engine is not connected.',
      connecting: 'Connecting to the engine …',
      connected: 'The engine runs.',
      failed: state.kind === 'failed' ? state.message : '',
    }[state.kind];
    const lines = [
      engine,
      [`${running} running`, ...(paused > 0 ? [`${paused} paused`] : []), `${waiting} waiting for an answer`].join(', '),
    ];
    item.tooltip = lines.join('\n');
    item.accessibilityInformation = { label: `Runwright. ${lines.join(' ')}`, role: 'button' };
  };
  update();
  item.show();
  const stops = [services.store.onChange(update), services.connection.onState(update)];
  return vscode.Disposable.from(item, ...stops.map((dispose) => ({ dispose })));
}
