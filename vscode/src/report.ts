import * as vscode from 'vscode';

const SCHEME = 'codeassess-report';
const PLACE = vscode.Uri.from({ scheme: SCHEME, path: '/Report.md' });

/** The report as a page to read: there is nothing in it to save. */
export class ReportPage implements vscode.TextDocumentContentProvider, vscode.Disposable {
  constructor() {
    this._registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this._changed.event;
  }

  provideTextDocumentContent(): string {
    return this._markdown;
  }

  async show(markdown: string): Promise<void> {
    this._markdown = markdown;
    this._changed.fire(PLACE);
    await vscode.commands.executeCommand('markdown.showPreview', PLACE);
  }

  dispose(): void {
    this._registered.dispose();
    this._changed.dispose();
  }

  private readonly _registered: vscode.Disposable;
  private readonly _changed = new vscode.EventEmitter<vscode.Uri>();
  private _markdown = '';
}
