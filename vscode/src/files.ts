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

/** Open the files of a task, the first one in front; returns their uris as VS Code has them, in the same order. */
export async function openToRecord(uris: readonly string[]): Promise<string[]> {
  const files = uris.map(uri => vscode.Uri.parse(uri, true));
  for (const file of [...files].reverse()) {
    if (file.path.endsWith('.ipynb')) {
      await vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(file), { preview: false });
    } else {
      await vscode.window.showTextDocument(file, { preview: false });
    }
  }
  return files.map(file => file.toString());
}

/** The name of the active document, when it could be recorded and is not. */
export function notRecorded(documents: readonly string[]): string | undefined {
  const uri = frontUri();
  if (uri === undefined || !['file', 'untitled'].includes(uri.scheme) || documents.includes(uri.toString())) {
    return undefined;
  }
  return uri.path.split('/').at(-1) ?? uri.path;
}
