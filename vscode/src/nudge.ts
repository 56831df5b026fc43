import * as vscode from 'vscode';

import type { Question } from './wire';
import { place, points } from './wording';

export type Reaction = 'answer' | 'show' | 'defer';

const BUTTONS: Record<string, Reaction> = { Answer: 'answer', 'Show code': 'show', 'Not now': 'defer' };

/** Say that a question has come. The thread at its lines is there in any case. */
export async function nudge(question: Question): Promise<Reaction | undefined> {
  if (!vscode.workspace.getConfiguration('codeassess').get<boolean>('notifications', true)) {
    return undefined;
  }
  const message = `A question about ${place(question)}`;
  const pressed = await vscode.window.showInformationMessage(message, ...Object.keys(BUTTONS));
  return pressed === undefined ? undefined : BUTTONS[pressed];
}

/** Say that an answer was evaluated, when its thread is not in sight. */
export function announce(question: Question): void {
  const where = place(question);
  const text =
    question.state === 'failed'
      ? `Your answer about ${where} will be evaluated by a person.`
      : `Your answer about ${where}: ${points(question.score)} of 10.`;
  vscode.window.setStatusBarMessage(`$(comment) ${text}`, 15_000);
}
