import type { Signal } from '@lumino/signaling';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { looking } from '../../src/grader/live';
import type { ReportModel } from '../../src/grader/report/model';
import { SessionModel } from '../../src/grader/session/model';
import { TimelineModel } from '../../src/grader/timeline/model';
import { ServedRecord, START } from './record';

function begun(): ServedRecord {
  const record = new ServedRecord();
  record.type(1, 'a');
  record.type(2, 'b');
  record.type(3, 'c');
  record.happen(4, 'activity', { kind: 'save' });
  return record;
}

async function replay(record: ServedRecord): Promise<TimelineModel> {
  const model = new TimelineModel(record.api, record.session);
  await model.load();
  return model;
}

function askAndAnswer(record: ServedRecord): void {
  record.happen(8, 'question_asked', { interaction_id: 'q', question: 'Why?' });
  record.happen(9, 'response_received', { interaction_id: 'q', response: 'So.' });
}

describe('the replay of a session that goes on', () => {
  test('goes on at its end', async () => {
    const record = begun();
    const model = await replay(record);
    record.type(7, 'd');
    askAndAnswer(record);
    await model.update(record.session);
    expect([model.moment.text, model.position, model.following]).toEqual(['abcd', START + 9000, true]);
    expect(model.questions).toMatchObject([{ text: 'Why?', answer: 'So.' }]);
    expect(model.unseen).toBe(0);
  });

  test('stays where the grader is, and tells how much is new', async () => {
    const record = begun();
    const model = await replay(record);
    model.seek(START + 2000);
    expect(model.unseen).toBe(0);
    record.type(7, 'd');
    askAndAnswer(record);
    await model.update(record.session);
    expect([model.moment.text, model.position, model.unseen]).toEqual(['ab', START + 2000, 3]);
    model.seek(model.end);
    expect([model.moment.text, model.following, model.unseen]).toEqual(['abcd', true, 0]);
  });

  test('stays at an event that was chosen, though it is the last one', async () => {
    const record = begun();
    const model = await replay(record);
    model.choose(model.events.at(-1)!);
    record.type(7, 'd');
    await model.update(record.session);
    expect([model.position, model.current?.kind, model.unseen]).toEqual([START + 4000, 'save', 1]);
  });

  test('reads everything once', async () => {
    const record = begun();
    const model = await replay(record);
    for (const n of [0, 1, 2, 3, 4]) {
      record.type(10 + n, String(n));
      await model.update(record.session);
    }
    record.asked.length = 0;
    await model.update(record.session);
    expect(record.asked).toEqual([]);
    expect([model.moment.text, model.history.steps.length, model.events.length]).toEqual(['abc01234', 8, 1]);
  });

  test('is read anew from where it broke off', async () => {
    const record = begun();
    record.trouble = 0;
    const model = await replay(record);
    expect(model.problem?.code).toBe('unreachable');
    record.trouble = null;
    await model.update(record.session);
    expect([model.problem, model.moment.text]).toEqual([null, 'abc']);
  });

  test('shows each decision with its reason, when it is asked to, and the new ones too', async () => {
    const record = begun();
    record.decide(5, 3, false);
    const model = await replay(record);
    expect(record.asked.some(address => address.includes('decisions'))).toBe(false);
    await model.showDecisions(true);
    record.type(6, 'd');
    record.decide(8, 4, true);
    await model.update(record.session);
    const told = model.events
      .filter(({ kind }) => kind === 'decision')
      .map(({ payload }) => [payload['asked'], payload['rule']]);
    expect(told).toEqual([
      [false, 'too_few_lines'],
      [true, 'enough_lines']
    ]); // prettier-ignore
    model.choose(model.events.at(-1)!);
    await model.showDecisions(false);
    expect([model.events.length, model.chosen]).toEqual([1, null]);
  });

  test('shows that a question was withdrawn only among the decisions: nobody saw it', async () => {
    const record = begun();
    record.happen(5, 'question_withdrawn', { interaction_id: 'q' });
    const model = await replay(record);
    const withdrawn = (): number => model.events.filter(({ kind }) => kind === 'withdrawn').length;
    expect(withdrawn()).toBe(0);
    await model.showDecisions(true);
    expect(withdrawn()).toBe(1);
  });
});

describe('looking', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** How often was looked in each of ten seconds. */
  async function counts(times: { count: number }, seconds: number): Promise<number> {
    times.count = 0;
    await vi.advanceTimersByTimeAsync(1000 * seconds);
    return times.count;
  }

  test('is rarer where nothing is new, and where no answer comes', async () => {
    const looks = { count: 0 };
    let look = async (): Promise<boolean> => true;
    const poll = looking(
      () => (looks.count++, look()),
      1000,
      () => true
    );
    await poll.start();
    expect(await counts(looks, 10)).toBeGreaterThan(8);
    look = async () => false;
    await counts(looks, 10);
    expect(await counts(looks, 12)).toBe(3);
    look = async () => {
      throw new Error('no server');
    };
    await counts(looks, 120);
    expect(await counts(looks, 120)).toBeLessThan(9);
    poll.dispose();
  });

  test('rests while nobody sees it', async () => {
    const looks = { count: 0 };
    let seen = false;
    const poll = looking(
      async () => (looks.count++, true),
      1000,
      () => seen
    );
    await poll.start();
    expect(await counts(looks, 10)).toBe(0);
    seen = true;
    expect(await counts(looks, 10)).toBeGreaterThan(8);
    poll.dispose();
  });
});

describe('a session', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function opened(record: ServedRecord): Promise<SessionModel> {
    const model = new SessionModel(record.api, 's');
    await model.load();
    return model;
  }

  test('is kept current until it ends, and then has its report', async () => {
    const record = begun();
    const model = await opened(record);
    record.waiting = 1;
    record.type(7, 'd');
    await vi.advanceTimersByTimeAsync(10_000);
    expect([model.session?.grading?.waiting_for_review, model.timeline?.moment.text]).toEqual([1, 'abcd']);
    expect(model.report.report).toBeNull();
    record.status = 'ended';
    await vi.advanceTimersByTimeAsync(10_000);
    expect([model.session?.status, model.report.report?.report.version]).toEqual(['ended', 1]);
    record.asked.length = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(record.asked).toEqual([]);
    model.dispose();
  });

  test('says when the server is away, and goes on when it is back', async () => {
    const record = begun();
    const model = await opened(record);
    record.trouble = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([model.away, model.problem, model.timeline?.moment.text]).toEqual([true, null, 'abc']);
    record.trouble = null;
    record.type(7, 'd');
    await vi.advanceTimersByTimeAsync(60_000);
    expect([model.away, model.timeline?.moment.text]).toEqual([false, 'abcd']);
    model.dispose();
  });

  test('is read again after a review that was stored while it was read', async () => {
    const record = begun();
    record.status = 'ended';
    record.waiting = 2;
    const model = await opened(record);
    const reviewed = model.report.reviewed as Signal<ReportModel, void>;
    let arrive = (): void => undefined;
    record.held = new Promise(resolve => (arrive = resolve));
    record.waiting = 1;
    reviewed.emit();
    await vi.advanceTimersByTimeAsync(100);
    record.waiting = 0; // the answer that is on its way says 1
    reviewed.emit();
    await vi.advanceTimersByTimeAsync(100);
    arrive();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(model.session?.grading?.waiting_for_review).toBe(0);
    model.dispose();
  });

  test('that was erased says so, and is asked for no more', async () => {
    const record = begun();
    const model = await opened(record);
    record.trouble = 404;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(model.problem?.code).toBe('not_found');
    record.asked.length = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(record.asked).toEqual([]);
    model.dispose();
  });
});
