import type * as wire from '../../wire';
import type { IReport } from '../records';
import type { IEvent } from './events';

/** What was put into one slot. */
export interface IGiven {
  label: string;
  text: string;
}

/** A question with its answer, evaluation and review, and their times (ms since the epoch). */
export interface IAsked {
  id: string;
  /** From 1, in the order in which they were asked. */
  number: number;
  text: string;
  asked: number;
  answer: string | null;
  /** What was put into its slots, with their labels. */
  given: readonly IGiven[];
  answered: number | null;
  /** When it was evaluated, or could not be. */
  judged: number | null;
  evaluation: string | null;
  score: number | null;
  /** The lowest and the highest score that what was open may still bring; null in an older record. */
  range: readonly [number, number] | null;
  /** The score and what was open at that time, in words. */
  scoreText: string | null;
  needsReview: boolean;
  failed: boolean;
  /** What its slots ask, by their ids. */
  labels: Readonly<Record<string, string>>;
  /** What only the report has: the lines, and the decision of a person. */
  reported: wire.QuestionPart | null;
}

/** The questions of a session that reached the candidate. */
export function questionsOf(events: readonly IEvent[], report: IReport | null): IAsked[] {
  const reported = new Map(report?.questions.map(question => [question.interaction_id, question]));
  const found = new Map<string, IAsked>();
  for (const event of events) {
    const { question, kind } = event;
    if (question === null) {
      continue;
    }
    if (kind === 'question') {
      found.set(question, blank(event, question, found.size + 1, reported.get(question) ?? null));
    }
    const asked = found.get(question);
    Object.assign(asked ?? {}, learnt(event, asked?.labels ?? {}));
  }
  return [...found.values()];
}

/** The last question that was asked at or before `time`. */
export function lastAsked(questions: readonly IAsked[], time: number): IAsked | null {
  return questions.findLast(({ asked }) => asked <= time) ?? null;
}

/** When a question no longer waited for the candidate. */
export function closedAt({ answered, judged }: IAsked): number {
  return answered ?? judged ?? Infinity;
}

function learnt({ kind, at, payload }: IEvent, labels: IAsked['labels']): Partial<IAsked> {
  switch (kind) {
    case 'answer':
      return { answer: String(payload['response'] ?? ''), given: givenIn(payload, labels), answered: at };
    case 'deferred':
      return { answered: at };
    case 'evaluation':
      return {
        judged: at,
        evaluation: String(payload['evaluation'] ?? ''),
        score: Number(payload['score']),
        range: rangeIn(payload),
        scoreText: typeof payload['score_text'] === 'string' ? payload['score_text'] : null,
        needsReview: payload['needs_review'] === true
      };
    case 'failed':
      return { judged: at, failed: true };
    default:
      return {};
  }
}

function rangeIn({ score_min: low, score_max: high }: IEvent['payload']): IAsked['range'] {
  return typeof low === 'number' && typeof high === 'number' ? [low, high] : null;
}

function blank(event: IEvent, id: string, number: number, reported: wire.QuestionPart | null): IAsked {
  return {
    id,
    number,
    text: String(event.payload['question'] ?? ''),
    asked: event.at,
    answer: null,
    given: [],
    labels: labelsIn(event.payload),
    answered: null,
    judged: null,
    evaluation: null,
    score: null,
    range: null,
    scoreText: null,
    needsReview: false,
    failed: false,
    reported
  };
}

/** What an answer has in slots; without a label the slot's id stands for it. */
export function givenIn(payload: IEvent['payload'], labels: IAsked['labels'] = {}): IGiven[] {
  const slots = Object.entries((payload['slots'] ?? {}) as Record<string, unknown>);
  return slots.map(([id, text]) => ({ label: labels[id] ?? id, text: String(text) })).filter(({ text }) => text !== '');
}

function labelsIn(payload: IEvent['payload']): Record<string, string> {
  const slots = Array.isArray(payload['slots']) ? (payload['slots'] as Partial<wire.WireSlot>[]) : [];
  return Object.fromEntries(slots.map(({ id, label }) => [String(id), String(label)]));
}
