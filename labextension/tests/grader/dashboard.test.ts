import { nullTranslator } from '@jupyterlab/translation';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { DashboardModel } from '../../src/grader/dashboard/model';
import { headingAbove, isHeading, linesOf } from '../../src/grader/dashboard/groups';
import {
  groupedBy,
  leavesOut,
  NO_WISH,
  queryOf,
  rowOf,
  sortedBy,
  type IRow,
  type IWish
} from '../../src/grader/dashboard/rows';
import { countInWords, nothingInWords, toDoInWords } from '../../src/grader/dashboard/words';
import { assessmentStateInWords } from '../../src/grader/words';
import type { GraderApi } from '../../src/grader/api';
import { ApiError } from '../../src/connection/api';
import type { GradingOut, SessionGroupOut, SessionOut } from '../../src/wire';

function session(n: number, values: Partial<SessionOut> = {}): SessionOut {
  return {
    session_id: `s${n}`,
    status: 'ended',
    created_at: new Date(Date.UTC(2026, 10, 2, 9, n)).toISOString(),
    ended_at: null,
    owner: `Candidate ${n}`,
    language: 'python',
    mode: 'service',
    assessment_id: null,
    assessment_version: null,
    acked_seq: 0,
    head_event_seq: 0,
    counts: { interactions: 0, snapshots: 0, questions: 0 },
    title: 'Sort',
    ...values
  };
}

type Ends = Pick<GradingOut, 'score' | 'score_min' | 'score_max' | 'score_text'>;
const ends = (settled: number | null): Ends => ({
  score: settled === null ? null : 5, // the estimate does not sort
  score_min: settled,
  score_max: settled,
  score_text: settled === null ? null : `${settled} of 10`
});
const graded = (settled: number | null, waiting = 0): Partial<SessionOut> => ({
  grading: {
    ...ends(settled),
    provisional: waiting > 0,
    answered: 1,
    waiting_for_review: waiting,
    contested: 0,
    reviewed_by_candidate: 0,
    flags: []
  }
});
const ids = (rows: readonly IRow[]): string[] => rows.map(({ id }) => id);
const trans = nullTranslator.load('');

describe('the list', () => {
  test('is asked of the server, words and all', () => {
    expect(queryOf(NO_WISH)).toEqual({ group: 'assessment', sort: 'started', order: 'desc' });
    const wish: IWish = {
      text: ' ada sort ',
      status: 'ended',
      assessment: 'a',
      flag: 'paste',
      waiting: true,
      contested: true,
      grouped: false,
      column: 'score',
      descending: false
    };
    expect(queryOf(wish)).toEqual({
      sort: 'score',
      order: 'asc',
      search: 'ada sort',
      status: 'ended',
      assessment_id: 'a',
      flag: 'paste',
      waiting: 'true',
      contested: 'true'
    });
    expect(leavesOut({ ...NO_WISH, text: ' ', column: 'score' })).toBe(false);
    expect(leavesOut({ ...NO_WISH, flag: 'paste' })).toBe(true);
  });

  test('says why it is empty', () => {
    const said = (wish: Partial<IWish>): string => nothingInWords({ ...NO_WISH, ...wish }, trans);
    expect(said({ waiting: true, text: 'nobody' })).toBe('No session is like that.');
    expect(said({ text: 'nobody' })).toBe('No session is like that.');
    expect(said({ waiting: true })).toBe('Nothing waits for a person.');
    expect(said({ waiting: true, contested: true })).toBe('No score is contested.');
  });

  test('says how many there are, as far as it knows', () => {
    const list = (n: number, more: boolean): Parameters<typeof countInWords>[0] => ({
      rows: Array.from({ length: n }, (_, index) => rowOf(session(index))),
      more,
      loading: false,
      away: false
    });
    expect(countInWords(list(1, false), trans)).toBe('1 session');
    expect(countInWords(list(1200, false), trans)).toBe('1,200 sessions');
    expect(countInWords(list(1200, true), trans)).toBe('the first 1,200 sessions');
  });

  test('turns round when a column is chosen again', () => {
    const once = sortedBy(NO_WISH, 'candidate');
    expect(once).toMatchObject({ column: 'candidate', descending: false });
    expect(sortedBy(once, 'candidate').descending).toBe(true);
  });

  test('says nothing of grading where the server says nothing', () => {
    expect(rowOf(session(1))).toMatchObject({ answered: null, score: null, waiting: 0, flags: [] });
  });
});

function group(values: Partial<SessionGroupOut> = {}): SessionGroupOut {
  const none = { active: 0, waiting: 0, reviewed: 0, contested: 0, flagged: 0 };
  return { assessment_id: 'a', title: 'Sort', sessions: 2, ...none, ...values };
}

describe('groups', () => {
  const rowsOf = (...assessments: (string | null)[]): IRow[] =>
    assessments.map((assessment_id, n) => rowOf(session(n, { assessment_id, title: assessment_id ?? null })));

  test('have a heading above their sessions, also while nothing is counted', () => {
    const lines = linesOf(rowsOf('b', 'b', 'a', null), [group({ title: 'Sort, again' })]);
    const said = lines.map(line => (isHeading(line) ? [line.title, line.counts?.sessions ?? null] : line.id));
    expect(said).toEqual([['b', null], 's0', 's1', ['Sort, again', 2], 's2', ['', null], 's3']);
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    expect([0, 2, 3, 6, 99].map(index => headingAbove(lines, index))).toEqual([0, 0, 3, 5, 5]);
    expect(headingAbove([], 0)).toBe(-1);
    expect(linesOf([], [group()])).toEqual([]);
  });

  test('say what there is to do, and nothing of what there is none of', () => {
    const said = (values: Partial<SessionGroupOut>): string[] =>
      toDoInWords(group(values), trans).map(([, words]) => words);
    expect(said({})).toEqual(['2 sessions']);
    expect(said({ sessions: 1, waiting: 1, contested: 1, reviewed: 3, flagged: 2, active: 1 })).toEqual([
      '1 session',
      '1 not ended',
      '1 waits for review',
      '1 contested',
      '3 reviewed',
      '2 flagged'
    ]);
  });

  test('are not sorted by what all in them share', () => {
    const titles: IWish = { ...NO_WISH, grouped: false, column: 'title', descending: false };
    expect(groupedBy(titles, true)).toMatchObject({ grouped: true, column: 'started', descending: true });
    expect(groupedBy({ ...titles, column: 'score' }, true)).toMatchObject({ column: 'score', descending: false });
    expect(queryOf(groupedBy(NO_WISH, false))).toEqual({ sort: 'started', order: 'desc' });
  });
});

test('an assessment says whether it can be begun now, and until when', () => {
  const time = '2026-11-02T12:00:00.000Z';
  const said = (values: Partial<Parameters<typeof assessmentStateInWords>[0]>): string =>
    assessmentStateInWords({ phase: 'open', status: 'open', opens_at: null, closes_at: null, ...values }, trans);
  expect(said({})).toBe('open');
  expect(said({ opens_at: time })).toBe('open');
  expect(said({ closes_at: time })).toMatch(/^open until .*2026/);
  expect(said({ phase: 'not_yet_open', opens_at: time })).toMatch(/^opens .*2026/);
  expect(said({ phase: 'closed', closes_at: time })).toMatch(/^closed since .*2026/);
  expect(said({ phase: 'closed', status: 'closed', closes_at: time })).toBe('closed');
});

/** A server with these sessions, which answers queries by `search` alone; what it was asked is in `asked`. */
class Server {
  constructor(public listed: SessionOut[]) {}

  readonly asked: Record<string, string>[] = [];
  readonly counted: Record<string, string>[] = [];
  groups: SessionGroupOut[] = [];
  down = false;

  readonly api = {
    assessments: async () => [],
    sessionGroups: async (query: Record<string, string>) => {
      this.counted.push(query);
      if (this.down) {
        throw new ApiError(0, 'unreachable', '');
      }
      return this.groups;
    },
    sessionPage: async (query: Record<string, string>, limit: number, cursor: string | null = null) => {
      this.asked.push({ ...query, limit: String(limit), ...(cursor && { cursor }) });
      if (this.down) {
        throw new ApiError(0, 'unreachable', '');
      }
      const found = this.listed.filter(({ owner }) => owner.includes(query.search ?? ''));
      const start = Number(cursor ?? 0);
      const items = found.slice(start, start + limit);
      return { items, next: start + limit < found.length ? String(start + limit) : null };
    }
  } as unknown as GraderApi;
}

describe('loading', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const many = (n: number): SessionOut[] => Array.from({ length: n }, (_, index) => session(index));

  test('goes on, page by page, as far as somebody looks', async () => {
    const server = new Server(many(450));
    const model = new DashboardModel(server.api);
    await model.load();
    expect([model.rows.length, model.more, server.asked.length]).toEqual([200, true, 1]);
    await Promise.all([model.loadMore(), model.loadMore()]);
    expect([model.rows.length, model.more]).toEqual([400, true]);
    await model.loadMore();
    await model.loadMore();
    expect([model.rows.length, model.more, server.asked.length]).toEqual([450, false, 3]);
    expect(new Set(ids(model.rows)).size).toBe(450);
    model.dispose();
  });

  test('begins anew with another wish, once for the words that are typed', async () => {
    const server = new Server(many(450));
    const model = new DashboardModel(server.api);
    model.choose({ assessment: 'a' });
    expect(server.asked).toEqual([]);
    await model.load();
    for (const text of ['C', 'Ca', 'Candidate 44', 'Candidate 449']) {
      model.choose({ text });
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.asked.map(({ search }) => search)).toEqual([undefined, 'Candidate 449']);
    expect(ids(model.rows)).toEqual(['s449']);
    model.choose({ text: 'Candidate 449 ' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.asked).toHaveLength(2);
    model.choose({ text: '', column: 'score' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.asked.at(-1)).toEqual({
      group: 'assessment',
      sort: 'score',
      order: 'desc',
      assessment_id: 'a',
      limit: '200'
    });
    model.dispose();
  });

  test('forgets the answer to an earlier wish', async () => {
    const server = new Server(many(3));
    const model = new DashboardModel(server.api);
    const first = model.load();
    model.choose({ text: 'Candidate 2' });
    await vi.advanceTimersByTimeAsync(1000);
    await first;
    expect(ids(model.rows)).toEqual(['s2']);
    model.dispose();
  });

  test('keeps what was there when the server is down', async () => {
    const server = new Server(many(1));
    const model = new DashboardModel(server.api);
    await model.load();
    server.down = true;
    await model.load();
    expect(model.problem?.code).toBe('unreachable');
    expect(ids(model.rows)).toEqual(['s0']);
    model.dispose();
  });

  test('happens again by itself for all that was loaded, and leaves rows alone that are as they were', async () => {
    const server = new Server([session(2, { status: 'active' }), ...many(300).slice(3)]);
    const model = new DashboardModel(server.api);
    await model.load();
    await model.loadMore();
    const [, untouched] = model.rows;
    const heard: boolean[] = [];
    model.stateChanged.connect(() => heard.push(model.loading));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heard).toEqual([]);
    server.listed = [session(2, graded(5)), ...server.listed.slice(1)];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(model.rows[0].score).toBe(5);
    expect(model.rows).toHaveLength(298);
    expect(model.rows[1]).toBe(untouched);
    expect(heard).toEqual([false]);
    model.dispose();
  });

  test('counts the groups of what is wished for, anew each time, and none without groups', async () => {
    const server = new Server(many(1));
    server.groups = [group({ waiting: 2 })];
    const model = new DashboardModel(server.api);
    model.choose({ flag: 'paste' });
    await model.load();
    expect([server.counted, model.groups]).toEqual([[{ flag: 'paste' }], server.groups]);
    server.groups = [group({ waiting: 1 })];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(model.groups).toEqual(server.groups);
    const asked = server.counted.length;
    model.choose({ grouped: false });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([server.counted.length, model.groups]).toEqual([asked, []]);
    model.dispose();
  });

  test('says that the server is away, keeps the list, and goes on', async () => {
    const server = new Server(many(1));
    const model = new DashboardModel(server.api);
    await model.load();
    server.down = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([model.away, model.problem, ids(model.rows)]).toEqual([true, null, ['s0']]);
    server.down = false;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(model.away).toBe(false);
    model.dispose();
  });
});
