import * as vscode from 'vscode';

import { Answering } from './answering';
import { askBeginning, askFiles } from './beginning';
import { enterWithConsent } from './consent';
import { DEAD, tellDead } from './crash';
import { Credentials } from './credentials';
import { frontUri, wantedFile } from './files';
import { Joining } from './joining';
import { Memory } from './memory';
import type { Model } from './model';
import { announce, askFinish, nudge, offerToRecord, offerToWrite } from './nudge';
import { ReportPage } from './report';
import { Running } from './running';
import { complain, isRefusal, NO_TOKEN, type Listener, type Server } from './server';
import type { Threads } from './threads';
import { IDLE, type Problem, type Question, type State } from './wire';
import { lastQuestions } from './wording';

/** The code of a problem: a recorded file does not exist any more, and the one that was opened may be the same. */
const VANISHED = 'document_vanished';
const JOIN = 'Join with a Code';
const TOKEN = 'Enter a Token';

/** The one session of this window: begins it, resumes it, and does what the candidate asks for. */
export class Sessions implements Listener {
  constructor(
    context: vscode.ExtensionContext,
    private readonly _model: Model,
    threads: Threads,
    log: vscode.LogOutputChannel
  ) {
    this._credentials = new Credentials(context.secrets);
    this._memory = new Memory(context.workspaceState);
    this._running = new Running(context, _model, this._credentials, this._memory, log);
    this.answering = new Answering(_model, threads, work => this._running.react(work));
    this.joining = new Joining(context.globalState, this._running, _model, this._credentials, this._memory, {
      launch: async serverUrl => !this._tellResuming() && this._running.launch('remote', serverUrl, this, false),
      enter: (name, parameters, about) => this._enter(name, parameters, about)
    });
    context.subscriptions.push(this._report);
  }

  readonly answering: Answering;
  readonly joining: Joining;

  /** After a reload: resume the session of this folder. */
  async resume(): Promise<void> {
    const memory = this._memory.last;
    if (memory?.active) {
      this._resuming = true;
      this._model.setState({ ...IDLE, keeping: 'connecting' });
      try {
        await this._running.launch(memory.mode, memory.serverUrl, this, true);
        await this._running.synchronized;
      } finally {
        this._resuming = false;
        if (this._model.state.session === null) {
          this._model.setState({ ...this._model.state, keeping: 'idle' });
        }
      }
    }
  }

  async begin(): Promise<void> {
    if (this._tellResuming()) {
      return;
    }
    const chosen = await askBeginning(this._memory.last ?? {});
    if (chosen === undefined || !(await this._running.launch(chosen.mode, chosen.serverUrl, this, false))) {
      return;
    }
    const documents = await askFiles();
    if (documents !== undefined) {
      const [name, wanted] =
        chosen.session === undefined ? (['start', {}] as const) : (['join', { session: chosen.session }] as const);
      await this._enter(name, { documents, ...wanted });
    }
  }

  /** Ask for a token and use it from now on; resolves to whether there is one. */
  async changeToken(): Promise<boolean> {
    const serverUrl = this._running.server?.launch.serverUrl ?? this._memory.last?.serverUrl;
    const token = serverUrl ? await this._credentials.ask(serverUrl) : undefined;
    if (token) {
      await this._running.do(server => server.do('token', { token }));
    }
    return token !== undefined;
  }

  async addFile(uri?: vscode.Uri): Promise<void> {
    const target = await wantedFile(uri);
    if (target === undefined) {
      return;
    }
    await this._running.do(server => server.do('addDocument', { uri: target.toString() }));
  }

  async removeFile(): Promise<void> {
    const uri = frontUri()?.toString();
    if (uri !== undefined) {
      await this._running.do(server => server.do('removeDocument', { uri }));
    }
  }

  /** The candidate is done. Before the end they are asked what is missing, unless they are already. */
  async finish(): Promise<void> {
    if (await askFinish(this._model.state)) {
      await this._running.do(server => server.do('finish'));
    }
  }

  async leave(): Promise<void> {
    await this._running.do(server => server.do('leave'));
    await this._memory.note({ active: false });
  }

  async reconnect(): Promise<void> {
    if (this._running.server?.alive === false) {
      await this._running.restart();
    } else {
      await this._running.do(server => server.do('reconnect'));
    }
  }

  async showReport(): Promise<void> {
    try {
      const content = await this._running.server?.report();
      if (content !== undefined) {
        await this._report.show(content);
      }
    } catch (problem) {
      const hidden = isRefusal(problem, 'forbidden') || isRefusal(problem, 'not_found');
      complain(hidden ? new Error('The report is for your graders; it is not shown to candidates.') : problem);
    }
  }

  async restart(): Promise<void> {
    await this._running.restart();
  }

  /** The window closes: what was just typed is stored. */
  async stop(): Promise<void> {
    await this._running.stop();
  }

  // ── notifications of the language server

  ready(): void {
    this._running.ready();
  }

  died(again: boolean): void {
    const state = this._model.state;
    this._running.restarting = true; // automatically or, later, by the candidate
    if (again) {
      this._model.setState({ ...state, keeping: state.session === null ? 'idle' : 'connecting' });
      return;
    }
    this._model.setState({ ...state, keeping: 'dead', problem: DEAD });
    void tellDead().then(pressed =>
      pressed === 'again' ? this.reconnect() : pressed && this._running.server?.showLog()
    );
  }

  state(state: State): void {
    if ((this._running.restarting || this._resuming) && state.session === null) {
      return; // it does not know its session yet; until then the threads stay, with the text in their boxes
    }
    const before = this._model.state;
    this._model.setState(state);
    this._tellTurns(before, state);
    const { server } = this._running;
    if (state.session !== null && server && state.status !== 'ended') {
      void this._memory.note({ ...server.launch, active: true });
    }
    if (state.keeping === 'refused' && state.problem && state.problem.code !== before.problem?.code) {
      void this._offerToken(state.problem);
    }
  }

  question(question: Question): void {
    this._model.setQuestion(question);
    void nudge(question).then(reaction => {
      if (reaction === 'defer') {
        return this.answering.defer(this._model.question(question.id));
      }
      return reaction === undefined ? undefined : this.answering.show(question.id, reaction === 'answer');
    });
  }

  evaluation(question: Question): void {
    this._model.setQuestion(question);
    announce(question);
  }

  report(): void {
    void this._memory.note({ active: false });
    const buttons = this._model.state.report ? ['Show the Report'] : [];
    void vscode.window
      .showInformationMessage('The session has ended and its report is written.', ...buttons)
      .then(pressed => (pressed === undefined ? undefined : this.showReport()));
  }

  problem(problem: Problem): void {
    const { uri } = problem.detail ?? {};
    if (problem.code === VANISHED && uri !== undefined) {
      void offerToRecord(problem.message).then(wanted => (wanted ? this.addFile(vscode.Uri.parse(uri)) : undefined));
    } else {
      complain(new Error(problem.message));
    }
  }

  // ── helpers

  /** Show changes that need more than the status bar. */
  private _tellTurns(before: State, now: State): void {
    if (now.status === 'closing' && before.status !== 'closing') {
      void vscode.window.showInformationMessage(`Before you finish: ${lastQuestions(now.questionsLeft)}`);
    }
    if (now.free && !before.free) {
      void offerToWrite().then(pressed => (pressed ? this.reconnect() : undefined));
    }
  }

  /** While the session of this folder is being resumed nothing else begins: say so. */
  private _tellResuming(): boolean {
    if (this._resuming) {
      void vscode.window.showInformationMessage('CodeAssess is resuming your session; wait a moment.');
    }
    return this._resuming;
  }

  /** Start or join a session, and show it; resolves to whether the candidate is in it. */
  private async _enter(name: 'start' | 'join', parameters: Record<string, unknown>, about = ''): Promise<boolean> {
    try {
      await this._running.synchronized;
      const options = { location: vscode.ProgressLocation.Window, title: 'CodeAssess: opening the session' };
      const server = this._running.server as Server;
      const state = await vscode.window.withProgress(options, () => enterWithConsent(server, name, parameters, about));
      if (state === undefined) {
        return false;
      }
      this.state(state);
      this._model.setAll(await server.status());
      await vscode.commands.executeCommand('codeassess.panel.focus');
      await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
      return true;
    } catch (problem) {
      return isRefusal(problem, NO_TOKEN) && (await this.changeToken())
        ? this._enter(name, parameters, about)
        : this._notEntered(problem);
    }
  }

  /** Tell why a session was not entered; a credential that does not count any more is forgotten. */
  private async _notEntered(problem: unknown): Promise<false> {
    const serverUrl = this._running.server?.launch.serverUrl;
    if (isRefusal(problem, 'unauthenticated') && serverUrl) {
      await this._credentials.forget(serverUrl);
      void this._offerToken(problem);
    } else if (!isRefusal(problem, NO_TOKEN)) {
      complain(problem);
    }
    return false;
  }

  private async _offerToken(problem: { message: string }): Promise<void> {
    const buttons = [JOIN, TOKEN];
    const pressed = await vscode.window.showWarningMessage(`CodeAssess: ${problem.message}`, ...buttons);
    if (pressed === JOIN) {
      await this.joining.join();
    } else if (pressed === TOKEN) {
      await this.changeToken();
    }
  }

  private readonly _credentials: Credentials;
  private readonly _memory: Memory;
  private readonly _report = new ReportPage();
  private readonly _running: Running;
  private _resuming = false; // the session of this folder is being resumed
}
