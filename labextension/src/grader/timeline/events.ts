import { linesOf } from '../../lines';
import type * as wire from '../../wire';
import type { IStep } from './history';

export type EventKind =
  | 'question'
  | 'deferred'
  | 'withdrawn'
  | 'answer'
  | 'evaluation'
  | 'failed'
  | 'run'
  | 'paste'
  | 'save'
  | 'focus'
  | 'finish'
  | 'decision'
  | 'other';

/** Something that happened besides typing. */
export interface IEvent {
  id: string;
  /** ms since the epoch. */
  at: number;
  kind: EventKind;
  /** The question it is about. */
  question: string | null;
  payload: Record<string, unknown>;
}

const KINDS: Record<string, EventKind> = {
  question_asked: 'question',
  question_deferred: 'deferred',
  question_withdrawn: 'withdrawn',
  response_received: 'answer',
  evaluation: 'evaluation',
  evaluation_failed: 'failed',
  finish: 'finish'
};
const ACTIVITIES: Record<string, EventKind> = { run: 'run', save: 'save', focus: 'focus' };

/** A paste of fewer characters moves a word; it is not worth a mark. */
const PASTE_CHARACTERS = 20;
/** So many lines at once are a paste, whatever the editor calls it. */
const PASTE_LINES = 5;

export function eventOf({ interaction_id, kind, created_at, payload }: wire.InteractionOut): IEvent {
  const activity = ACTIVITIES[String(payload['kind'] ?? '')] ?? 'other';
  const question = payload['interaction_id'];
  return {
    id: interaction_id,
    at: Date.parse(created_at),
    kind: kind === 'activity' ? activity : (KINDS[kind] ?? 'other'),
    question: typeof question === 'string' ? question : null,
    payload
  };
}

/** The pastes among the changes of the code. */
export function pastesOf(steps: readonly IStep[]): IEvent[] {
  return steps.filter(isPaste).map(({ edit, at }) => ({
    id: `paste-${edit.n}`,
    at,
    kind: 'paste',
    question: null,
    payload: { characters: edit.inserted.length, lines: linesOf(edit.inserted).length }
  }));
}

function isPaste({ edit }: IStep): boolean {
  if (edit.cause === 'paste') {
    return edit.inserted.trim().length >= PASTE_CHARACTERS;
  }
  const first = edit.start === 0 && edit.deleted === 0; // the text as it was when the document came in
  return edit.cause === null && !first && linesOf(edit.inserted).length > PASTE_LINES;
}

/** Whether a question was asked after this snapshot, and why. */
export function decisionOf({ number, created_at, question_id, ...decided }: wire.DecisionOut): IEvent {
  return {
    id: `decision-${number}`,
    at: Date.parse(created_at),
    kind: 'decision',
    question: question_id,
    payload: decided
  };
}

/** All of them, in order. */
export function merged(...lists: readonly (readonly IEvent[])[]): IEvent[] {
  return lists.flat().sort((one, other) => one.at - other.at);
}

/** When nobody looked at the page, as pairs of times; the last one may last until `end`. */
export function absences(events: readonly IEvent[], end: number): [number, number][] {
  const found: [number, number][] = [];
  let left: number | null = null;
  for (const { kind, at, payload } of events) {
    if (kind !== 'focus') {
      continue;
    }
    const here = (payload['detail'] as { visible?: boolean } | undefined)?.visible === true;
    if (here && left !== null) {
      found.push([left, at]);
    }
    left = here ? null : (left ?? at);
  }
  return left === null ? found : [...found, [left, end]];
}
