import * as vscode from 'vscode';

import { askBeginning, askFiles, type Beginning } from './beginning';
import { enterWithConsent } from './consent';
import { DEAD, tellDead, tellRestarted } from './crash';
import { Credentials } from './credentials';
import { Memory } from './memory';
import type { Model } from './model';
import { announce, nudge } from './nudge';
import { findPython } from './python';
import { ReportPage } from './report';
import { AWAY, complain, isRefusal, reason, Server, type Listener } from './server';
import type { Threads } from './threads';
import type { Mode, Problem, Question, State } from './wire';

/** The one session of this window: begins it, takes it up again, and does what the candidate asks for. */
export class Sessions implements Listener {
  constructor(
    private readonly _context: vscode.ExtensionContext,
    private readonly _model: Model,
    private readonly _threads: Threads
  ) {
    this._credentials = new Credentials(_context.secrets);
    this._memory = new Memory(_context.workspaceState);
    _context.subscriptions.push(this._report);
  }

  /** After a reload: go on where this folder was. */
  async resume(): Promise<void> {
    const memory = this._memory.last;
    if (memory?.active) {
      await this._launch(memory.mode, memory.serverUrl);
    }
  }

  async begin(): Promise<void> {
    const chosen = await askBeginning(this._memory.last ?? {});
    if (chosen === undefined || !(await this._launch(chosen.mode, chosen.serverUrl))) {
      return;
    }
    if (chosen.mode === 'remote' && !(await this._haveToken(chosen.serverUrl))) {
      return;
    }
    const documents = await askFiles();
    if (documents !== undefined) {
      await this._enter(chosen, documents);
    }
  }

  async changeToken(): Promise<void> {
    const serverUrl = this._server?.launch.serverUrl ?? this._memory.last?.serverUrl;
    const token = serverUrl ? await this._credentials.ask(serverUrl) : undefined;
    if (token) {
      await this._do(server => server.do('token', { token }));
    }
  }

  async addFile(uri?: vscode.Uri): Promise<void> {
    const target = uri ?? frontUri();
    if (target === undefined) {
      void vscode.window.showInformationMessage('Open the file first that is to be recorded.');
      return;
    }
    await vscode.workspace.openTextDocument(target).then(undefined, () => undefined);
    await this._do(server => server.do('addDocument', { uri: target.toString() }));
  }

  async removeFile(): Promise<void> {
    const uri = frontUri()?.toString();
    if (uri !== undefined) {
      await this._do(server => server.do('removeDocument', { uri }));
    }
  }

  /** The candidate pressed Submit in a thread. Throws when it could not be taken: VS Code then keeps what is written. */
  async submit(reply: vscode.CommentReply): Promise<void> {
    const question = this._threads.questionOf(reply.thread);
    const text = reply.text.trim();
    if (question && text) {
      await this._react(server => server.answer(question.id, text));
    }
  }

  async defer(question: Question | undefined): Promise<void> {
    if (question) {
      await this._react(server => server.defer(question.id));
    }
  }

  /** Show a question's lines, by default those of the one that is open. */
  async show(id?: string, answer = true): Promise<void> {
    const open = this._model.questions.findLast(question => question.state === 'open');
    const question = id === undefined ? open : this._model.question(id);
    if (question) {
      await this._threads.reveal(question.id, answer && question.state === 'open');
    }
  }

  async finish(): Promise<void> {
    const detail = 'Nothing is recorded after that, and the report is written.';
    const message = 'Finish the session?';
    if ((await vscode.window.showInformationMessage(message, { modal: true, detail }, 'Finish')) === 'Finish') {
      await this._do(server => server.do('finish'));
    }
  }

  async leave(): Promise<void> {
    await this._do(server => server.do('leave'));
    await this._memory.note({ active: false });
  }

  async reconnect(): Promise<void> {
    if (this._server?.alive === false) {
      await this._server.startAgain().catch(complain);
    } else {
      await this._do(server => server.do('reconnect'));
    }
  }

  async showReport(): Promise<void> {
    try {
      const content = await this._server?.report();
      if (content !== undefined) {
        await this._report.show(content);
      }
    } catch (problem) {
      const hidden = isRefusal(problem, 'forbidden') || isRefusal(problem, 'not_found');
      complain(hidden ? new Error('The report is for your graders; it is not shown to candidates.') : problem);
    }
  }

  /** The window closes: what was just typed is written down. */
  async stop(): Promise<void> {
    await this._server?.stop();
  }

  // ── what the language server says

  ready(): void {
    this._synchronized = this._synchronize();
  }

  died(again: boolean): void {
    const state = this._model.state;
    this._restarting = true; // by itself or, later, by hand
    if (again) {
      this._model.setState({ ...state, keeping: state.session === null ? 'idle' : 'connecting' });
      return;
    }
    this._model.setState({ ...state, keeping: 'dead', problem: DEAD });
    void tellDead().then(pressed => (pressed === 'again' ? this.reconnect() : pressed && this._server?.showLog()));
  }

  state(state: State): void {
    if (this._restarting && state.session === null) {
      return; // it does not know yet where it was; until then the threads stay, with what is being written in them
    }
    const before = this._model.state.problem?.code;
    this._model.setState(state);
    if (state.session !== null && this._server && state.status !== 'ended') {
      void this._memory.note({ ...this._server.launch, active: true });
    }
    if (state.keeping === 'refused' && state.problem && state.problem.code !== before) {
      void this._offerToken(state.problem);
    }
  }

  question(question: Question): void {
    this._model.setQuestion(question);
    void nudge(question).then(reaction => {
      if (reaction === 'defer') {
        return this.defer(this._model.question(question.id));
      }
      return reaction === undefined ? undefined : this.show(question.id, reaction === 'answer');
    });
  }

  evaluation(question: Question): void {
    this._model.setQuestion(question);
    announce(question);
  }

  report(): void {
    void this._memory.note({ active: false });
    void vscode.window.showInformationMessage('The session has ended and its report is written.', 'Show the Report').then(
      pressed => pressed && this.showReport()
    );
  }

  problem(problem: Problem): void {
    complain(new Error(problem.message));
  }

  // ── inside

  /** Have a language server for this place; the one that runs, if it fits. */
  private async _launch(mode: Mode, serverUrl: string): Promise<boolean> {
    const known = this._server?.launch;
    if (known?.mode === mode && known.serverUrl === serverUrl) {
      return true;
    }
    const python = await findPython(this._context);
    if (python === undefined) {
      return false;
    }
    await this._server?.stop();
    this._model.reset();
    this._restarting = false;
    this._server = new Server({ python, mode, serverUrl }, this);
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

  /** The process has started: give it the token, and show what it knows. */
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
      if (this._restarting && status.state.session !== null) {
        tellRestarted();
      }
      this._restarting = false;
    } catch (problem) {
      if (!isRefusal(problem, AWAY)) {
        complain(problem); // else it has died meanwhile, which is told elsewhere
      }
    }
  }

  private async _haveToken(serverUrl: string): Promise<boolean> {
    if (await this._credentials.get(serverUrl)) {
      return true;
    }
    const token = await this._credentials.ask(serverUrl);
    if (token) {
      await this._do(server => server.do('token', { token }));
    }
    return token !== undefined;
  }

  private async _enter(chosen: Beginning, documents: string[]): Promise<void> {
    const name = chosen.session === undefined ? 'start' : 'join';
    const parameters = { documents, ...(chosen.session !== undefined && { session: chosen.session }) };
    try {
      await this._synchronized;
      const options = { location: vscode.ProgressLocation.Window, title: 'CodeAssess: opening the session' };
      const server = this._server as Server;
      const state = await vscode.window.withProgress(options, () => enterWithConsent(server, name, parameters));
      if (state === undefined) {
        return;
      }
      this.state(state);
      this._model.setAll(await server.status());
      await vscode.commands.executeCommand('codeassess.panel.focus');
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    } catch (problem) {
      complain(problem);
      if (isRefusal(problem, 'unauthenticated')) {
        await this._credentials.forget(chosen.serverUrl);
      }
    }
  }

  private async _offerToken(problem: Problem): Promise<void> {
    const pressed = await vscode.window.showWarningMessage(`CodeAssess: ${problem.message}`, 'Enter a Token');
    if (pressed !== undefined) {
      await this.changeToken();
    }
  }

  private async _do(work: (server: Server) => Promise<State>): Promise<void> {
    if (!this._server) {
      return;
    }
    try {
      this._model.setState(await work(this._server));
    } catch (problem) {
      complain(problem);
    }
  }

  private async _react(work: (server: Server) => Promise<Question>): Promise<void> {
    if (!this._server) {
      return;
    }
    try {
      this._model.setQuestion(await work(this._server));
    } catch (problem) {
      complain(problem);
      throw new vscode.CancellationError(); // it is told
    }
  }

  private readonly _credentials: Credentials;
  private readonly _memory: Memory;
  private readonly _report = new ReportPage();
  private _server: Server | undefined;
  private _synchronized: Promise<void> = Promise.resolve(); // the process of now has its token
  private _restarting = false; // the process died, and the one of now is not asked yet how things stand
}

function frontUri(): vscode.Uri | undefined {
  return vscode.window.activeNotebookEditor?.notebook.uri ?? vscode.window.activeTextEditor?.document.uri;
}
