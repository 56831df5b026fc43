import * as vscode from 'vscode';

/**
 * The channel for the trace of the language client: it writes to `log` while `codeassess.trace.server` is `messages`.
 *
 * The language client looks at the log level of its channel, and would write whole messages with `verbose` in the
 * settings of its own id: texts, answers and the token must not be in a log.
 */
export function tracing(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  const level = (): vscode.LogLevel => (wanted() ? vscode.LogLevel.Trace : vscode.LogLevel.Info);
  const changed = new vscode.EventEmitter<vscode.LogLevel>();
  const listening = vscode.workspace.onDidChangeConfiguration(event => {
    if (event.affectsConfiguration('codeassess.trace.server')) {
      changed.fire(level());
    }
  });
  const ours: Partial<vscode.LogOutputChannel> = {
    onDidChangeLogLevel: changed.event,
    trace: (message: string) => log.info(message),
    dispose: () => {
      listening.dispose();
      changed.dispose();
    }
  };
  return new Proxy({} as vscode.LogOutputChannel, {
    get: (_, name): unknown => {
      const value: unknown = name === 'logLevel' ? level() : (Reflect.get(ours, name) ?? Reflect.get(log, name));
      return typeof value === 'function' ? (value as () => unknown).bind(log) : value;
    }
  });
}

function wanted(): boolean {
  return vscode.workspace.getConfiguration('codeassess').get<string>('trace.server', 'off') === 'messages';
}
