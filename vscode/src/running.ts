import * as vscode from 'vscode';

import { tellRestarted } from './crash';
import type { Credentials } from './credentials';
import type { Memory } from './memory';
import type { Model } from './model';
import { findPython } from './python';
import { AWAY, complain, isRefusal, reason, Server, type Listener } from './server';
import type { Mode, Question, State } from './wire';

/** The language server of this window: starts it, gives it the token, and does requests with it. */
export class Running {
  constructor(
    private readonly _context: vscode.ExtensionContext,
    private readonly _model: Model,
    private readonly _credentials: Credentials,
    private readonly _memory: Memory,
    private readonly _log: vscode.LogOutputChannel
  ) {}

  get server(): Server | undefined {
    return this._server;
  }

  /** The process died or is restarted, and the new one was not asked for its state yet. */
  restarting = false;

  /** Settled when the present process has its token and the model shows its state. */
  synchronized: Promise<void> = Promise.resolve();

  /**
   * Start a language server for this backend, unless the present one is for it. `keep`: leave what the model shows.
   * Resolves to whether one runs.
   */
  async launch(mode: Mode, serverUrl: string, listener: Listener, keep: boolean): Promise<boolean> {
    const known = this._server?.launch;
    if (known?.mode === mode && known.serverUrl === serverUrl) {
      return true;
    }
    const python = await findPython(this._context, mode === 'remote' ? 'light' : 'whole');
    if (python === undefined) {
      return false;
    }
    await this._server?.stop();
    if (!keep) {
      this._model.reset();
    }
    this.restarting = false;
    this._server = new Server({ python, mode, serverUrl }, listener, this._log);
    try {
      await this._server.start();
      await this._memory.note({ mode, serverUrl });
      return true;
    } catch (problem) {
      this._server = undefined;
      complain(new Error(`The language server did not start: ${reason(problem)}`));
      return false;
    }
  }

  /** Stop the process and start it again. What was typed is on disk, and the session is resumed. */
  async restart(): Promise<void> {
    if (!this._server) {
      void vscode.window.showInformationMessage('CodeAssess is not running: start or join a session first.');
      return;
    }
    this.restarting = true;
    await this._server.startAgain().catch(complain);
  }

  async stop(): Promise<void> {
    await this._server?.stop();
  }

  /** The process has started: give it the token, and show its state. */
  ready(): void {
    this.synchronized = this._synchronize();
  }

  /** Ask for something that changes the state; a refusal is shown. */
  async do(work: (server: Server) => Promise<State>): Promise<void> {
    if (!this._server) {
      return;
    }
    try {
      this._model.setState(await work(this._server));
    } catch (problem) {
      complain(problem);
    }
  }

  /** Ask for something that changes a question; throws after a refusal, which is shown. */
  async react(work: (server: Server) => Promise<Question>): Promise<void> {
    if (!this._server) {
      return;
    }
    try {
      this._model.setQuestion(await work(this._server));
    } catch (problem) {
      complain(problem);
      throw new vscode.CancellationError(); // VS Code shows nothing for it
    }
  }

  private async _synchronize(): Promise<void> {
    const server = this._server;
    if (!server) {
      return;
    }
    try {
      const token = await this._credentials.get(server.launch.serverUrl);
      if (server.launch.mode === 'remote' && token) {
        await server.do('token', { token });
      }
      const status = await server.status();
      this._model.setAll(status);
      if (this.restarting && status.state.session !== null) {
        tellRestarted();
      }
      this.restarting = false;
    } catch (problem) {
      if (!isRefusal(problem, AWAY)) {
        complain(problem); // else the process has died meanwhile, which `died` tells
      }
    }
  }

  private _server: Server | undefined;
}
