import * as vscode from 'vscode';

import { IDLE, type Question, type State, type Status } from './wire';

/** The state of the session: the status bar, the threads and the side view show it. */
export class Model implements vscode.Disposable {
  get state(): State {
    return this._state;
  }

  /** In the order in which they were asked. */
  get questions(): readonly Question[] {
    return [...this._questions.values()];
  }

  /** Does the session still accept answers? */
  get answerable(): boolean {
    return !['finishing', 'ended'].includes(this._state.status ?? '');
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
    this._questions.set(question.id, this._with(question));
    this._changed.fire();
  }

  /** What was put into the slots of a question so far. */
  setGiven(id: string, given: Readonly<Record<string, string>>): void {
    const known = this._questions.get(id);
    if (known) {
      this.setQuestion({ ...known, given });
    }
  }

  /** Replace everything, after the language server was started. */
  setAll(status: Status): void {
    this._questions = new Map(status.questions.map(question => [question.id, this._with(question)]));
    this._state = status.state;
    this.setState(status.state);
  }

  reset(): void {
    this.setState(IDLE);
  }

  dispose(): void {
    this._changed.dispose();
  }

  /** The question with what only this extension knows of it. */
  private _with(question: Question): Question {
    const known = this._questions.get(question.id);
    const given = question.given ?? known?.given;
    return { ...question, spot: question.spot ?? known?.spot ?? null, ...(given && { given }) };
  }

  private _state: State = IDLE;
  private _inSession = false;
  private _questions = new Map<string, Question>();
  private readonly _changed = new vscode.EventEmitter<void>();
}
