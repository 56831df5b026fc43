import * as vscode from 'vscode';

import { notRecorded } from './files';
import type { Model } from './model';
import type { Keeping } from './wire';
import { clock, keeping, lastQuestions } from './wording';

const WORRYING: ReadonlySet<Keeping> = new Set(['unsaved', 'full', 'offline', 'refused', 'elsewhere']);

/** The status bar item: whether what was typed is saved, and the time that is left. */
export class StatusBar implements vscode.Disposable {
  constructor(private readonly _model: Model) {
    this._item = vscode.window.createStatusBarItem('codeassess.status', vscode.StatusBarAlignment.Left, 10);
    this._item.name = 'CodeAssess';
    this._changing = vscode.Disposable.from(
      _model.onChange(() => this._show()),
      vscode.window.onDidChangeActiveTextEditor(() => this._show()),
      vscode.window.onDidChangeActiveNotebookEditor(() => this._show())
    );
    this._ticking = setInterval(() => this._model.state.deadline !== null && this._show(), 1000);
    this._show();
    this._item.show();
  }

  dispose(): void {
    clearInterval(this._ticking);
    this._changing.dispose();
    this._item.dispose();
  }

  private _show(): void {
    const { state } = this._model;
    const goesOn = state.status === 'active' || state.status === 'closing';
    const unrecorded = goesOn ? notRecorded(state.documents) : undefined;
    const { icon, text } =
      unrecorded === undefined ? keeping(state) : { icon: 'warning', text: `${unrecorded} is not recorded` };
    const left = goesOn ? clock(state.deadline, Date.now()) : '';
    const questions =
      state.status === 'closing'
        ? lastQuestions(state.questionsLeft).replace(' about your code', '').replace('.', '')
        : '';
    const words = ['CodeAssess', text, questions, left].filter(Boolean).join(' · ');
    this._item.text = `$(${icon}) ${words}`;
    this._item.tooltip =
      state.problem?.message ?? (state.place ? `Recorded at ${state.place}` : 'Start or join a session');
    this._item.accessibilityInformation = { label: `${words}. ${state.problem?.message ?? ''}`, role: 'button' };
    this._item.command =
      state.session === null && state.keeping !== 'connecting' ? 'codeassess.start' : 'codeassess.panel.focus';
    const worrying = unrecorded !== undefined || WORRYING.has(state.keeping);
    const colour = state.keeping === 'dead' ? 'error' : worrying ? 'warning' : undefined;
    this._item.backgroundColor = colour && new vscode.ThemeColor(`statusBarItem.${colour}Background`);
  }

  private readonly _item: vscode.StatusBarItem;
  private readonly _changing: vscode.Disposable;
  private readonly _ticking: ReturnType<typeof setInterval>;
}
