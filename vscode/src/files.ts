import * as vscode from 'vscode';

/** The uri of the active document; of a notebook, not of one of its cells. */
export function frontUri(): vscode.Uri | undefined {
  return vscode.window.activeNotebookEditor?.notebook.uri ?? vscode.window.activeTextEditor?.document.uri;
}

/** The document to record: the given one, which is loaded, or the active one. */
export async function wantedFile(named: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
  const target = named ?? frontUri();
  if (target === undefined) {
    void vscode.window.showInformationMessage('Open the file first that is to be recorded.');
    return undefined;
  }
  await vscode.workspace.openTextDocument(target).then(undefined, () => undefined);
  return target;
}

/** The name of the active document, when it could be recorded and is not. */
export function notRecorded(documents: readonly string[]): string | undefined {
  const uri = frontUri();
  if (uri === undefined || !['file', 'untitled'].includes(uri.scheme) || documents.includes(uri.toString())) {
    return undefined;
  }
  return uri.path.split('/').at(-1) ?? uri.path;
}
