import * as vscode from 'vscode';

import { IDLE, type Question, type State, type Status } from './wire';

/** What is known of the session: the one thing that the status bar, the threads and the side view show. */
export class Model implements vscode.Disposable {
  get state(): State {
    return this._state;
  }

  /** In the order in which they were asked. */
  get questions(): readonly Question[] {
    return [...this._questions.values()];
  }

  question(id: string): Question | undefined {
    return this._questions.get(id);
  }

  readonly onChange = (listener: () => void): vscode.Disposable => this._changed.event(listener);

  setState(state: State): void {
    if (state.session !== this._state.session) {
      this._questions.clear();
    }
    this._state = state;
    const inSession = state.session !== null;
    if (inSession !== this._inSession) {
      this._inSession = inSession;
      void vscode.commands.executeCommand('setContext', 'codeassess.inSession', inSession);
    }
    this._changed.fire();
  }

  setQuestion(question: Question): void {
    const known = this._questions.get(question.id);
    this._questions.set(question.id, { ...question, spot: question.spot ?? known?.spot ?? null });
    this._changed.fire();
  }

  /** Everything anew, after the language server was started. */
  setAll(status: Status): void {
    this._questions = new Map(status.questions.map(question => [question.id, question]));
    this._state = status.state;
    this.setState(status.state);
  }

  reset(): void {
    this.setState(IDLE);
  }

  dispose(): void {
    this._changed.dispose();
  }

  private _state: State = IDLE;
  private _inSession = false;
  private _questions = new Map<string, Question>();
  private readonly _changed = new vscode.EventEmitter<void>();
}
