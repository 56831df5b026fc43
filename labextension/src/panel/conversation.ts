import type { Received } from '../connection/socket';
import type * as wire from '../wire';

/** What became of a question. `sent`: the answer is being evaluated. `closed`: it takes no answer any more. */
export type ExchangeState = 'open' | 'sent' | 'evaluated' | 'failed' | 'deferred' | 'closed';

/** One question with its answer and evaluation, as far as they are known. */
export interface IExchange {
  id: string;
  question: string;
  /** Which lines it is about; null when only the record remembers the question. */
  place: Pick<wire.QuestionMessage, 'document' | 'snapshot' | 'start_line' | 'end_line'> | null;
  state: ExchangeState;
  answer: string | null;
  evaluation: string | null;
  score: number | null;
  needsReview: boolean;
}

/** Oldest first. */
export type Conversation = readonly IExchange[];

/** The conversation after a message from the server. Told twice, a message changes nothing. */
export function take(conversation: Conversation, message: Received): Conversation {
  switch (message.message_type) {
    case 'question':
      return asked(conversation, message);
    case 'evaluation_result':
      return change(conversation, message.interaction_id, {
        state: 'evaluated',
        evaluation: message.evaluation,
        score: message.score,
        needsReview: message.needs_review === true
      });
    case 'evaluation_failed':
      return change(conversation, message.interaction_id, { state: 'failed' });
    case 'session_state':
    case 'report_ready':
      return conversation.map(exchange => (exchange.state === 'open' ? { ...exchange, state: 'closed' } : exchange));
    default:
      return conversation;
  }
}

export function asked(conversation: Conversation, question: wire.QuestionMessage): Conversation {
  if (conversation.some(exchange => exchange.id === question.interaction_id)) {
    return change(conversation, question.interaction_id, { place: question }); // the record does not tell the place
  }
  return [...conversation, { ...blank(question.interaction_id, question.question), place: question }];
}

/** The candidate sent an answer. */
export function answered(conversation: Conversation, id: string, answer: string): Conversation {
  return change(conversation, id, { answer, state: 'sent' });
}

/** The candidate said "not now". */
export function deferred(conversation: Conversation, id: string): Conversation {
  return change(conversation, id, { state: 'deferred' });
}

/** Answers that this computer keeps until the server has them count as given. */
export function pending(conversation: Conversation, waiting: readonly wire.ClientMessage[]): Conversation {
  return waiting.reduce((known, message) => {
    const { state } = known.find(exchange => 'interaction_id' in message && exchange.id === message.interaction_id) ?? {};
    if (state === 'open' && message.message_type === 'response_submitted') {
      return answered(known, message.interaction_id, message.response);
    }
    return state === 'open' && message.message_type === 'defer_question' ? deferred(known, message.interaction_id) : known;
  }, conversation);
}

/** The kinds of interactions that a conversation is remembered from. */
export const REMEMBERED = ['question_asked', 'response_received', 'question_deferred', 'evaluation', 'evaluation_failed'];

/** Add what only the record knows: the candidate's own part, and questions whose events are gone. */
export function remember(conversation: Conversation, record: readonly wire.InteractionOut[]): Conversation {
  return record.reduce(recall, conversation);
}

/** The question that waits for an answer; there is at most one. */
export function openQuestion(conversation: Conversation): IExchange | null {
  return conversation.find(exchange => exchange.state === 'open') ?? null;
}

function recall(conversation: Conversation, { kind, payload }: wire.InteractionOut): Conversation {
  const id = String(payload['interaction_id'] ?? '');
  const known = conversation.find(exchange => exchange.id === id);
  switch (kind) {
    case 'question_asked':
      return known ? conversation : [...conversation, blank(id, String(payload['question'] ?? ''))];
    case 'response_received':
      return change(conversation, id, {
        answer: String(payload['response'] ?? ''),
        ...(known?.state === 'open' && { state: 'sent' as const })
      });
    case 'question_deferred':
      return change(conversation, id, { state: 'deferred' });
    case 'evaluation':
      return known?.state === 'evaluated' ? conversation : change(conversation, id, recorded(payload));
    case 'evaluation_failed':
      return change(conversation, id, { state: 'failed' });
    default:
      return conversation;
  }
}

function recorded(payload: Record<string, unknown>): Partial<IExchange> {
  return { state: 'evaluated', score: Number(payload['score']), needsReview: payload['needs_review'] === true };
}

function change(conversation: Conversation, id: string, values: Partial<IExchange>): Conversation {
  return conversation.map(exchange => (exchange.id === id ? { ...exchange, ...values } : exchange));
}

function blank(id: string, question: string): IExchange {
  return {
    id,
    question,
    place: null,
    state: 'open',
    answer: null,
    evaluation: null,
    score: null,
    needsReview: false
  };
}
