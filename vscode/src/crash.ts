import * as vscode from 'vscode';

import type { Problem } from './wire';

const AGAIN = 'Start It Again';
const LOG = 'Show the Log';

/** The problem after too many crashes: the language server is not restarted. */
export const DEAD: Problem = {
  code: 'language_server_died',
  message:
    'The language server has crashed again and again. What you typed is kept on this computer; nothing more is recorded until it runs.'
};

/** After a restart. Short, because VS Code shows one line of a message without buttons. */
export function tellRestarted(): void {
  void vscode.window.showInformationMessage('CodeAssess was restarted. Nothing is lost.');
}

/** The language server is not restarted automatically: ask the candidate. */
export async function tellDead(): Promise<'again' | 'log' | undefined> {
  const pressed = await vscode.window.showErrorMessage(`CodeAssess: ${DEAD.message}`, AGAIN, LOG);
  return pressed === AGAIN ? 'again' : pressed && 'log';
}
