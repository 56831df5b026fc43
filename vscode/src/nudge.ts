import * as vscode from 'vscode';

import type { Question, State } from './wire';
import { linesInWords, score } from './wording';

export type Reaction = 'answer' | 'show' | 'defer';

const WRITE_HERE = 'Write Here';
const RECORD = 'Put It In';
const BUTTONS: Record<string, Reaction> = { Answer: 'answer', 'Show code': 'show', 'Not now': 'defer' };

/** Notify of a new question. Its thread is shown in any case. */
export async function nudge(question: Question): Promise<Reaction | undefined> {
  if (!vscode.workspace.getConfiguration('codeassess').get<boolean>('notifications', true)) {
    return undefined;
  }
  const message = `A question about ${linesInWords(question)}`;
  const pressed = await vscode.window.showInformationMessage(message, ...Object.keys(BUTTONS));
  return pressed === undefined ? undefined : BUTTONS[pressed];
}

/** Tell the result of an answer in the status bar, because its thread may not be visible. */
export function announce(question: Question): void {
  vscode.window.setStatusBarMessage(
    `$(comment) Your answer about ${linesInWords(question)}${outcome(question)}`,
    15_000
  );
}

function outcome(question: Question): string {
  if (question.state === 'failed') {
    return ' will be evaluated by a person.';
  }
  return question.state === 'closed' ? ' was not taken.' : `: ${score(question).points}.`;
}

/** The window that wrote is closed: ask whether to write in this one. */
export async function offerToWrite(): Promise<boolean> {
  const message = 'The other window does not write any more. Nothing is recorded until you write here.';
  return (await vscode.window.showWarningMessage(message, WRITE_HERE)) === WRITE_HERE;
}

/** Ask the candidate to confirm that they are done. */
export async function askFinish({ status }: State): Promise<boolean> {
  const detail =
    status === 'closing'
      ? 'Nothing more is recorded then, and questions without an answer count as not answered.'
      : 'You may be asked one or two last questions about your code. After that nothing more is recorded, and the report is written.';
  return (
    (await vscode.window.showInformationMessage('Finish the session?', { modal: true, detail }, 'Finish')) === 'Finish'
  );
}

/** Ask whether to record the file that was opened. */
export async function offerToRecord(message: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(`CodeAssess: ${message}`, RECORD)) === RECORD;
}
