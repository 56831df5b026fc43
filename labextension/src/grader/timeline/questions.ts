import type * as wire from '../../wire';
import type { IReport } from '../records';
import type { IEvent } from './events';

/** A question with all that became of it, and when (ms since the epoch). */
export interface IAsked {
  id: string;
  /** From 1, in the order in which they were asked. */
  number: number;
  text: string;
  asked: number;
  answer: string | null;
  answered: number | null;
  /** When it was evaluated, or could not be. */
  judged: number | null;
  evaluation: string | null;
  score: number | null;
  needsReview: boolean;
  failed: boolean;
  /** What only the report knows: where, and what a person decided. */
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
    Object.assign(found.get(question) ?? {}, learnt(event));
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

function learnt({ kind, at, payload }: IEvent): Partial<IAsked> {
  switch (kind) {
    case 'answer':
      return { answer: String(payload['response'] ?? ''), answered: at };
    case 'deferred':
      return { answered: at };
    case 'evaluation':
      return {
        judged: at,
        evaluation: String(payload['evaluation'] ?? ''),
        score: Number(payload['score']),
        needsReview: payload['needs_review'] === true
      };
    case 'failed':
      return { judged: at, failed: true };
    default:
      return {};
  }
}

function blank(event: IEvent, id: string, number: number, reported: wire.QuestionPart | null): IAsked {
  return {
    id,
    number,
    text: String(event.payload['question'] ?? ''),
    asked: event.at,
    answer: null,
    answered: null,
    judged: null,
    evaluation: null,
    score: null,
    needsReview: false,
    failed: false,
    reported
  };
}
