import * as vscode from 'vscode';

/** The pause (ms) between attempts: VS Code makes the answer box some time after its thread, without an event. */
const PAUSE = 100;
const ATTEMPTS = 100;

/** Move the focus out of the editor, so that what is typed now does not get into the code. */
export async function away(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.focusStatusBar');
}

/**
 * Put the cursor into the answer box of the thread that ends on `line` (from 0), while the focus is `away`. Resolves to
 * whether it is there. VS Code has no event for it, so this tries again until the box exists.
 */
export async function focusAnswerBox(editor: vscode.TextEditor, line: number): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await tryFocus(editor, line)) {
      return true;
    }
    await away();
    await new Promise(resolve => setTimeout(resolve, PAUSE));
  }
  return false;
}

async function tryFocus(editor: vscode.TextEditor, line: number): Promise<boolean> {
  const start = new vscode.Position(line, 0);
  editor.selection = new vscode.Selection(start, start);
  // The first command focuses the thread alone, which ignores typing; the next widget in it is the answer box.
  await vscode.commands.executeCommand('workbench.action.focusCommentOnCurrentLine');
  await vscode.commands.executeCommand('widgetNavigation.focusNext');
  // It moves the cursor of the box if that has the focus, else that of the code.
  await vscode.commands.executeCommand('cursorBottom');
  return editor.selection.active.isEqual(start);
}
