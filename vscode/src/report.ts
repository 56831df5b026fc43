import * as vscode from 'vscode';

const SCHEME = 'codeassess-report';
const PAGE = vscode.Uri.from({ scheme: SCHEME, path: '/Report.md' });

/** The report as a read-only page. */
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
    this._changed.fire(PAGE);
    await vscode.commands.executeCommand('markdown.showPreview', PAGE);
  }

  dispose(): void {
    this._registered.dispose();
    this._changed.dispose();
  }

  private readonly _registered: vscode.Disposable;
  private readonly _changed = new vscode.EventEmitter<vscode.Uri>();
  private _markdown = '';
}
