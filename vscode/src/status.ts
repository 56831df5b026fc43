import * as vscode from 'vscode';

import type { Model } from './model';
import type { Keeping } from './wire';
import { clock, keeping } from './wording';

const WORRYING: ReadonlySet<Keeping> = new Set(['unsaved', 'offline', 'refused', 'elsewhere']);

/** The line at the bottom: whether what was typed is saved, and the time that is left. */
export class StatusBar implements vscode.Disposable {
  constructor(private readonly _model: Model) {
    this._item = vscode.window.createStatusBarItem('codeassess.status', vscode.StatusBarAlignment.Left, 10);
    this._item.name = 'CodeAssess';
    this._changing = _model.onChange(() => this._show());
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
    const { icon, text } = keeping(state);
    const left = state.status === 'active' ? clock(state.deadline, Date.now()) : '';
    const words = ['CodeAssess', text, left].filter(Boolean).join(' · ');
    this._item.text = `$(${icon}) ${words}`;
    this._item.tooltip = state.problem?.message ?? (state.place ? `Recorded at ${state.place}` : 'Start or join a session');
    this._item.accessibilityInformation = { label: `${words}. ${state.problem?.message ?? ''}`, role: 'button' };
    this._item.command = state.session === null ? 'codeassess.start' : 'codeassess.panel.focus';
    const colour = state.keeping === 'dead' ? 'error' : WORRYING.has(state.keeping) ? 'warning' : undefined;
    this._item.backgroundColor = colour && new vscode.ThemeColor(`statusBarItem.${colour}Background`);
  }

  private readonly _item: vscode.StatusBarItem;
  private readonly _changing: vscode.Disposable;
  private readonly _ticking: ReturnType<typeof setInterval>;
}
