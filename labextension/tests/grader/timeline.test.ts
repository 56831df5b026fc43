import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, test } from 'vitest';

import { bins } from '../../src/grader/timeline/bins';
import { absences, decisionOf, eventOf, pastesOf } from '../../src/grader/timeline/events';
import { History } from '../../src/grader/timeline/history';
import { advance } from '../../src/grader/timeline/player';
import { lastAsked, questionsOf } from '../../src/grader/timeline/questions';
import { eventInWords } from '../../src/grader/timeline/words';
import type { InteractionOut, StepOut } from '../../src/wire';

const START = Date.parse('2026-11-02T09:00:00Z');
const second = (n: number): string => new Date(START + n * 1000).toISOString();

function recorded(at: number, kind: string, payload: Record<string, unknown> = {}): InteractionOut {
  return { interaction_id: `i${at}`, seq: at, kind, client_seq: null, created_at: second(at), payload };
}

describe('bins', () => {
  test('count what happened in each part, both ends included', () => {
    expect(bins([0, 1, 24, 25, 99, 100], 0, 100, 4)).toEqual([3, 1, 0, 2]);
  });

  test('leave out what is outside, and stand a time without length', () => {
    expect(bins([-1, 101], 0, 100, 2)).toEqual([0, 0]);
    expect(bins([5, 5], 5, 5, 2)).toEqual([2, 0]);
  });
});

describe('playing', () => {
  const pace = { speed: 10, skipIdle: true };

  test('goes on at its speed', () => {
    expect(advance(0, 16, pace, [100])).toBe(160);
  });

  test('skips a pause up to shortly before what follows', () => {
    const next = advance(1000, 16, pace, [1000, 61_000]);
    expect(next).toBe(61_000 - 5000);
    expect(advance(next, 16, pace, [1000, 61_000])).toBe(next + 160);
  });

  test('skips nothing when it is not to, nor after the last moment', () => {
    expect(advance(1000, 16, { ...pace, skipIdle: false }, [61_000])).toBe(1160);
    expect(advance(1000, 16, pace, [1000])).toBe(1160);
  });

  test('never goes back', () => {
    for (const speed of [1, 5, 60]) {
      let position = 0;
      while (position < 200_000) {
        const next = advance(position, 16, { speed, skipIdle: true }, [0, 90_000, 91_000, 200_000]);
        expect(next).toBeGreaterThan(position);
        position = next;
      }
    }
  });
});

describe('pastes', () => {
  const step = (values: Partial<StepOut>): StepOut => ({
    n: 1,
    seq: null,
    document: 'a.py',
    created_at: second(0),
    start: 5,
    deleted: 0,
    inserted: '',
    cause: null,
    ...values
  }); // prettier-ignore
  const found = (values: Partial<StepOut>): number => {
    const history = new History();
    history.add([step({ start: 0, inserted: 'x = 1' }), step({ n: 2, ...values })]);
    return pastesOf(history.steps).length;
  };

  test('are what the editor calls so, unless it is a word', () => {
    expect(found({ cause: 'paste', inserted: 'def area(width, height):' })).toBe(1);
    expect(found({ cause: 'paste', inserted: 'width' })).toBe(0);
  });

  test('are many lines at once without a cause, but not the file that was opened', () => {
    const many = 'a\nb\nc\nd\ne\nf\n';
    expect(found({ inserted: many })).toBe(1);
    expect(found({ inserted: many, cause: 'undo' })).toBe(0);
    expect(found({ inserted: many, start: 0 })).toBe(0);
  });
});

describe('questions', () => {
  const events = [
    recorded(10, 'question_asked', { interaction_id: 'q', question: 'Why?' }),
    recorded(30, 'response_received', { interaction_id: 'q', response: 'Because.' }),
    recorded(31, 'evaluation', { interaction_id: 'q', evaluation: 'Good.', score: 7.5, needs_review: true }),
    recorded(50, 'question_asked', { interaction_id: 'r', question: 'And then?' }),
    recorded(55, 'question_deferred', { interaction_id: 'r' })
  ].map(eventOf);

  test('have their answers and scores, and when', () => {
    const [first, other] = questionsOf(events, null);
    expect(first).toMatchObject({ number: 1, text: 'Why?', answer: 'Because.', score: 7.5, needsReview: true });
    expect([first.asked, first.answered, first.judged]).toEqual([10, 30, 31].map(at => START + at * 1000));
    expect(other).toMatchObject({ number: 2, answer: null, answered: START + 55_000, score: null });
  });

  test('are known at a moment only once they were asked', () => {
    const questions = questionsOf(events, null);
    expect(lastAsked(questions, START + 9_999)).toBeNull();
    expect(lastAsked(questions, START + 49_000)?.id).toBe('q');
  });
});

describe('absences', () => {
  const focus = (at: number, visible: boolean): InteractionOut =>
    recorded(at, 'activity', { kind: 'focus', detail: { visible } });

  test('last from leaving the page to coming back, or to the end', () => {
    const events = [focus(1, false), focus(2, false), focus(4, true), focus(5, true), focus(8, false)].map(eventOf);
    const found = absences(events, START + 10_000).map(pair => pair.map(time => (time - START) / 1000));
    expect(found).toEqual([
      [1, 4],
      [8, 10]
    ]); // prettier-ignore
  });
});

test.each([
  [true, 'enough_lines', '11 lines changed.', 'Asked (enough lines): 11 lines changed.'],
  [false, 'too_soon', 'The last question was 20 s ago.', 'Not asked (too soon): The last question was 20 s ago.']
])('a decision (asked: %s, %s) is told with its rule and its sentence', (asked, rule, reason, words) => {
  const decision = {
    number: 1,
    moment: 'pause',
    snapshot: 3,
    asked,
    rule,
    reason,
    changed_lines: null,
    created_at: second(5),
    question_id: null
  } as const;
  expect(eventInWords(decisionOf(decision), undefined, nullTranslator.load('codeassess'))).toBe(words);
});
