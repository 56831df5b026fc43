import * as vscode from 'vscode';

import { askBeginning, askFiles, type Beginning } from './beginning';
import { Credentials } from './credentials';
import type { Model } from './model';
import { announce, nudge } from './nudge';
import { findPython } from './python';
import { complain, isRefusal, reason, Server, type Listener } from './server';
import type { Threads } from './threads';
import type { Mode, Problem, Question, State } from './wire';

const AGREE = 'I Agree';
const MEMORY = 'codeassess.session';

interface Memory {
  mode: Mode;
  serverUrl: string;
  active: boolean;
}

/** The one session of this window: begins it, takes it up again, and does what the candidate asks for. */
export class Sessions implements Listener {
  constructor(
    private readonly _context: vscode.ExtensionContext,
    private readonly _model: Model,
    private readonly _threads: Threads
  ) {
    this._credentials = new Credentials(_context.secrets);
  }

  /** After a reload: go on where this folder was. */
  async resume(): Promise<void> {
    const memory = this._memory;
    if (memory?.active) {
      await this._launch(memory.mode, memory.serverUrl);
    }
  }

  async begin(): Promise<void> {
    const chosen = await askBeginning(this._memory ?? {});
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
    const serverUrl = this._server?.launch.serverUrl ?? this._memory?.serverUrl;
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

  /** The candidate pressed Submit in a thread. */
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
    await this._remember({ active: false });
  }

  async reconnect(): Promise<void> {
    await this._do(server => server.do('reconnect'));
  }

  async showReport(): Promise<void> {
    try {
      const content = await this._server?.report();
      if (content !== undefined) {
        const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
        await vscode.commands.executeCommand('markdown.showPreview', document.uri);
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

  state(state: State): void {
    const before = this._model.state.problem?.code;
    this._model.setState(state);
    if (state.session !== null && this._server && state.status !== 'ended') {
      void this._remember({ ...this._server.launch, active: true });
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
    void this._remember({ active: false });
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
    this._server = new Server({ python, mode, serverUrl }, this);
    try {
      await this._server.start();
      await this._remember({ mode, serverUrl });
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
      this._model.setAll(await server.status());
    } catch (problem) {
      complain(problem);
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
      await vscode.window.withProgress(options, () => this._consented(name, parameters));
      await vscode.commands.executeCommand('codeassess.panel.focus');
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
    } catch (problem) {
      complain(problem);
      if (isRefusal(problem, 'unauthenticated')) {
        await this._credentials.forget(chosen.serverUrl);
      }
    }
  }

  /** Start or join; the language server says what the candidate has to agree to first. */
  private async _consented(name: 'start' | 'join', parameters: Record<string, unknown>): Promise<void> {
    const server = this._server as Server;
    try {
      this.state(await server.do(name, parameters));
    } catch (problem) {
      if (!isRefusal(problem, 'consent_needed')) {
        throw problem;
      }
      const options = { modal: true, detail: reason(problem) };
      if ((await vscode.window.showInformationMessage('Before the session begins', options, AGREE)) === AGREE) {
        this.state(await server.do(name, { ...parameters, consent: true }));
      }
    }
    this._model.setAll(await server.status());
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
    }
  }

  private get _memory(): Memory | undefined {
    return this._context.workspaceState.get<Memory>(MEMORY);
  }

  private async _remember(change: Partial<Memory>): Promise<void> {
    const known = this._memory;
    const { mode = 'remote', serverUrl = '', active = false } = { ...known, ...change };
    if (known?.mode === mode && known.serverUrl === serverUrl && known.active === active) {
      return;
    }
    await this._context.workspaceState.update(MEMORY, { mode, serverUrl, active });
  }

  private readonly _credentials: Credentials;
  private _server: Server | undefined;
  private _synchronized: Promise<void> = Promise.resolve(); // the process of now has its token
}

function frontUri(): vscode.Uri | undefined {
  return vscode.window.activeNotebookEditor?.notebook.uri ?? vscode.window.activeTextEditor?.document.uri;
}
