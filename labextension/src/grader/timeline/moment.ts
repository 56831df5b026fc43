import type { History, ISpan, IStep } from './history';
import type { IAsked } from './questions';

/** The code at one moment. */
export interface IMoment {
  document: string;
  text: string;
  /** The change that made it what it is. */
  step: IStep | null;
  /** The lines that a question is about. */
  asked: ISpan | null;
}

/**
 * What is shown after the first `steps` steps: the chosen document, else that of the question, else the last changed
 * one.
 */
export function momentAt(history: History, steps: number, wished: string | null, about: IAsked | null): IMoment {
  const reported = about?.reported ?? null;
  const asked = reported !== null && history.documents.includes(reported.document) ? reported : null;
  const document = wished ?? asked?.document ?? history.steps[steps - 1]?.edit.document ?? '';
  return {
    document,
    text: history.text(document, steps),
    step: history.last(document, steps),
    asked: asked?.document === document ? history.follow(asked.snapshot, asked.lines, steps) : null
  };
}
