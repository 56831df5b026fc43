import * as vscode from 'vscode';

import { plainly } from './plain';
import { MAX_SLOT_CHARACTERS } from './protocol';
import type { Question, Slot } from './wire';

/** What was put into the slots of a question, by their ids. */
export type Given = Readonly<Record<string, string>>;

/**
 * Ask for the results of a question before the reason: one of several, or a line of text. Escape leaves one out; it can
 * still be written into the answer.
 */
export async function askSlots(question: Question, given: Given): Promise<Given> {
  const found: Record<string, string> = { ...given };
  for (const slot of question.slots) {
    const value = await (slot.kind === 'choice' ? choose(slot) : fill(slot, given[slot.id] ?? ''));
    if (value !== undefined) {
      found[slot.id] = value;
    }
  }
  return found;
}

async function choose(slot: Slot): Promise<string | undefined> {
  const options = {
    title: plainly(slot.label),
    placeHolder: 'Choose one; say why in the next step',
    ignoreFocusOut: true
  };
  const picked = await vscode.window.showQuickPick(
    slot.options.map(option => ({ label: plainly(option), option })),
    options
  );
  return picked?.option;
}

async function fill(slot: Slot, value: string): Promise<string | undefined> {
  const given = await vscode.window.showInputBox({
    title: plainly(slot.label),
    prompt: `${example(slot)} Say why in the next step.`,
    value,
    ignoreFocusOut: true,
    validateInput: text =>
      text.length > MAX_SLOT_CHARACTERS ? `At most ${MAX_SLOT_CHARACTERS} characters.` : undefined
  });
  return given?.trim();
}

/** An example of a result. */
function example(slot: Slot): string {
  switch (slot.kind) {
    case 'value':
      return "For example 3, 'ab' or [1, 2].";
    case 'exception':
      return 'For example KeyError.';
    case 'lines':
      return 'For example 3, 5-7.';
    case 'choice':
      return '';
  }
}
