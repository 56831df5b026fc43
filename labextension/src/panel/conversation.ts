import type { Received } from '../connection/socket';
import type * as wire from '../wire';

/** The state of a question. `sent`: the answer is being evaluated. `closed`: it accepts no answer any more. */
export type ExchangeState = 'open' | 'sent' | 'evaluated' | 'failed' | 'deferred' | 'closed';

/** One question with its answer and evaluation, as far as they are known. */
export interface IExchange {
  id: string;
  question: string;
  /** Which lines it is about; null when only the record remembers the question. */
  region: Pick<wire.QuestionMessage, 'document' | 'snapshot' | 'start_line' | 'end_line'> | null;
  /** Its parts that have a field of their own. */
  slots: readonly wire.WireSlot[];
  state: ExchangeState;
  answer: string | null;
  /** What was put into the slots, by their ids. */
  given: Readonly<Record<string, string>>;
  evaluation: string | null;
  score: number | null;
  /** The score and what of it is open, in words; null when the record does not tell. */
  scoreText: string | null;
  needsReview: boolean;
}

/** Oldest first. */
export type Conversation = readonly IExchange[];

/** The conversation after a message from the server; a repeated message changes nothing. */
export function take(conversation: Conversation, message: Received): Conversation {
  switch (message.message_type) {
    case 'question':
      return asked(conversation, message);
    case 'evaluation_result':
      return change(conversation, message.interaction_id, {
        state: 'evaluated',
        evaluation: message.evaluation,
        score: message.score,
        scoreText: message.score_text,
        needsReview: message.needs_review === true
      });
    case 'evaluation_failed':
      return change(conversation, message.interaction_id, { state: 'failed' });
    case 'session_state':
      return message.status === 'active' || message.status === 'closing' ? conversation : over(conversation);
    case 'report_ready':
      return over(conversation);
    default:
      return conversation;
  }
}

/** No question can be answered any more. */
function over(conversation: Conversation): Conversation {
  return conversation.map(exchange => (exchange.state === 'open' ? { ...exchange, state: 'closed' } : exchange));
}

export function asked(conversation: Conversation, question: wire.QuestionMessage): Conversation {
  if (conversation.some(exchange => exchange.id === question.interaction_id)) {
    return change(conversation, question.interaction_id, known(question)); // these are not in the record
  }
  return [...conversation, { ...blank(question.interaction_id, question.question), ...known(question) }];
}

function known(question: wire.QuestionMessage): Pick<IExchange, 'region' | 'slots'> {
  return { region: question, slots: question.slots ?? [] };
}

/** What a candidate answers: in their own words, and in the slots of the question. */
export interface IAnswer {
  text: string;
  given: Readonly<Record<string, string>>;
}

/** The candidate sent an answer. */
export function answered(conversation: Conversation, id: string, { text, given }: IAnswer): Conversation {
  return change(conversation, id, { answer: text, given, state: 'sent' });
}

/** The candidate skipped the question. */
export function deferred(conversation: Conversation, id: string): Conversation {
  return change(conversation, id, { state: 'deferred' });
}

/** Answers that wait on this computer count as given. */
export function pending(conversation: Conversation, waiting: readonly wire.ClientMessage[]): Conversation {
  return waiting.reduce((known, message) => {
    const { state } =
      known.find(exchange => 'interaction_id' in message && exchange.id === message.interaction_id) ?? {};
    if (state === 'open' && message.message_type === 'response_submitted') {
      return answered(known, message.interaction_id, { text: message.response, given: message.slots ?? {} });
    }
    return state === 'open' && message.message_type === 'defer_question'
      ? deferred(known, message.interaction_id)
      : known;
  }, conversation);
}

/** The kinds of interactions that a conversation is remembered from. */
export const REMEMBERED = [
  'question_asked',
  'response_received',
  'question_deferred',
  'evaluation',
  'evaluation_failed'
];

/** Add what only the record has: the candidate's answers, and questions whose events are lost. */
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
        given: (payload['slots'] ?? {}) as Record<string, string>,
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
  const { score, score_text: words, needs_review: review } = payload;
  return {
    state: 'evaluated',
    score: Number(score),
    scoreText: typeof words === 'string' ? words : null,
    needsReview: review === true
  };
}

function change(conversation: Conversation, id: string, values: Partial<IExchange>): Conversation {
  return conversation.map(exchange => (exchange.id === id ? { ...exchange, ...values } : exchange));
}

function blank(id: string, question: string): IExchange {
  return {
    id,
    question,
    region: null,
    slots: [],
    state: 'open',
    answer: null,
    given: {},
    evaluation: null,
    score: null,
    scoreText: null,
    needsReview: false
  };
}
