import * as vscode from 'vscode';
import type { Engine } from '../engine/api.ts';
import { told } from '../engine/problem.ts';
import { followRun, type RunSession } from './session.ts';

// A terminal rather than an output channel: scripts print colours, people search and select there, and screen readers have
// its accessible buffer. It takes no input except Ctrl+C, which means what it means everywhere.

export interface RunTerminals extends vscode.Disposable {
  show(run: string, name: string, preserveFocus: boolean): void;
  /** The run's journal has come to this sequence. */
  reached(run: string, seq: number): void;
}

export function runTerminals(engine: () => Promise<Engine>): RunTerminals {
  const open = new Map<string, vscode.Terminal>();
  const ptys = new Map<string, RunPty>();
  const closing = vscode.window.onDidCloseTerminal((closed) => {
    for (const [run, terminal] of open) if (terminal === closed && open.delete(run)) ptys.delete(run);
  });
  const create = (run: string, name: string): vscode.Terminal => {
    const pty = runPty(run, engine);
    ptys.set(run, pty);
    return vscode.window.createTerminal({
      name: `Runwright: ${name}`,
      iconPath: new vscode.ThemeIcon('checklist'),
      isTransient: true,
      pty,
    });
  };
  return {
    show(run, name, preserveFocus) {
      const terminal = open.get(run) ?? create(run, name);
      open.set(run, terminal);
      terminal.show(preserveFocus);
    },
    reached: (run, seq) => ptys.get(run)?.reached(seq),
    dispose() {
      closing.dispose();
      for (const terminal of open.values()) terminal.dispose();
    },
  };
}

type RunPty = vscode.Pseudoterminal & Pick<RunSession, 'reached'>;

function runPty(run: string, engine: () => Promise<Engine>): RunPty {
  const written = new vscode.EventEmitter<string>();
  let session: RunSession | undefined;
  let closed = false;
  const trouble = (error: unknown) => {
    const { message, remedy } = told(error);
    written.fire(`\r\n\u001b[31m${message} ${remedy}\u001b[0m\r\n`);
  };
  return {
    onDidWrite: written.event,
    open() {
      engine().then((connected) => {
        if (!closed) session = followRun(connected, run, (text) => text && written.fire(text), trouble);
      }, trouble);
    },
    close() {
      closed = true;
      session?.stop();
      written.dispose();
    },
    reached: (seq) => session?.reached(seq),
    handleInput(data) {
      if (data === '\u0003') void vscode.commands.executeCommand('runwright.cancel', { run });
    },
  };
}
