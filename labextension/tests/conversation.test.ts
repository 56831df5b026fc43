import { describe, expect, test } from 'vitest';

import type { Received } from '../src/connection/socket';
import { answered, openQuestion, pending, remember, take, type Conversation } from '../src/panel/conversation';
import type { InteractionOut } from '../src/wire';

const question = {
  message_type: 'question',
  interaction_id: 'q',
  question: 'Why?',
  kind: 'purpose',
  document: 'a.py',
  snapshot: 3,
  start_line: 1,
  end_line: 2
} as const; // prettier-ignore
const ends = { score_min: 6, score_max: 10, score_text: '6 to 10 of 10' };
const result = {
  message_type: 'evaluation_result',
  interaction_id: 'q',
  evaluation: 'Good.',
  score: 7.5,
  ...ends
} as const;
const finishing = { message_type: 'session_state', status: 'finishing' } as const;

const after = (...messages: Received[]): Conversation => messages.reduce(take, []);
const record = (kind: string, payload: Record<string, unknown>): InteractionOut => ({
  interaction_id: 'i',
  seq: 1,
  kind,
  client_seq: null,
  created_at: '',
  payload: { interaction_id: 'q', ...payload }
}); // prettier-ignore

describe('a question', () => {
  test('is open until it is answered', () => {
    expect(openQuestion(after(question))?.question).toBe('Why?');
    expect(openQuestion(answered(after(question), 'q', { text: 'Because.', given: {} }))).toBeNull();
  });

  test('that is told twice is one', () => {
    expect(after(question, question)).toHaveLength(1);
  });

  test('that is still open at the end is closed', () => {
    expect(after(question, finishing)[0].state).toBe('closed');
  });

  test('whose answer waits on this computer counts as answered', () => {
    const waiting = { message_type: 'response_submitted', interaction_id: 'q', response: 'Because.', seq: 4 } as const;
    expect(pending(after(question), [waiting])[0]).toMatchObject({ state: 'sent', answer: 'Because.' });
  });

  test('that was deferred on this computer is not shown again', () => {
    const waiting = { message_type: 'defer_question', interaction_id: 'q', seq: 4 } as const;
    expect(openQuestion(pending(after(question), [waiting]))).toBeNull();
  });
});

describe('an evaluation', () => {
  test('comes with its score', () => {
    expect(after(question, result)[0]).toMatchObject({ state: 'evaluated', score: 7.5, needsReview: false });
  });

  test('may be provisional', () => {
    expect(after(question, { ...result, needs_review: true })[0].needsReview).toBe(true);
  });
});

describe('after a reload', () => {
  const story = [
    record('question_asked', { question: 'Why?' }),
    record('response_received', { response: 'Because.' }),
    record('evaluation', { score: 7.5, needs_review: false })
  ];

  test('the record gives the answers, the events the evaluations', () => {
    const expected = { question: 'Why?', answer: 'Because.', evaluation: 'Good.', score: 7.5, state: 'evaluated' };
    expect(remember(after(question, result), story)[0]).toMatchObject(expected);
    expect([question, result].reduce<Conversation>(take, remember([], story))[0]).toMatchObject(expected);
  });

  test('the region of a question is known whichever comes first', () => {
    expect(take(remember([], story.slice(0, 1)), question)[0]).toMatchObject({
      state: 'open',
      region: { snapshot: 3 }
    });
  });

  test('a question that was put off stays put off', () => {
    const deferred = remember(after(question), [record('question_deferred', {})]);
    expect(deferred[0].state).toBe('deferred');
  });
});
