import * as vscode from 'vscode';

import type { Model } from './model';
import { page } from './page';

const COMMANDS = [
  'codeassess.join',
  'codeassess.start',
  'codeassess.addFile',
  'codeassess.showQuestion',
  'codeassess.finish',
  'codeassess.report',
  'codeassess.reconnect',
  'codeassess.changeToken'
];

/** The side view: instructions, files, conversation, finish. It never takes the focus by itself. */
export class Panel implements vscode.WebviewViewProvider {
  constructor(private readonly _model: Model) {
    _model.onChange(() => this._show());
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this._view = view;
    view.webview.options = { enableScripts: false, enableCommandUris: COMMANDS };
    view.onDidDispose(() => (this._view = undefined));
    this._shown = '';
    this._show();
  }

  private _show(): void {
    if (!this._view) {
      return;
    }
    const { state, questions } = this._model;
    const names = new Map(state.documents.map(uri => [uri, vscode.workspace.asRelativePath(vscode.Uri.parse(uri))]));
    const html = page(state, questions, names);
    if (html !== this._shown) {
      this._shown = this._view.webview.html = html;
    }
    const open = this._model.answerable ? questions.filter(question => question.state === 'open').length : 0;
    this._view.badge =
      open > 0 ? { value: open, tooltip: open === 1 ? 'A question is open' : `${open} questions are open` } : undefined;
  }

  private _view: vscode.WebviewView | undefined;
  private _shown = '';
}
