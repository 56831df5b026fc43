import { nullTranslator } from '@jupyterlab/translation';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { DashboardModel } from '../../src/grader/dashboard/model';
import {
  groupsOf,
  NO_WISH,
  queryOf,
  rowOf,
  sortedBy,
  wished,
  type IRow,
  type IWish
} from '../../src/grader/dashboard/rows';
import { nothingInWords } from '../../src/grader/dashboard/words';
import type { GraderApi } from '../../src/grader/api';
import { ApiError } from '../../src/connection/api';
import type { GradingOut, SessionOut } from '../../src/wire';

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
const rows = [
  session(1, { ...graded(4), owner: 'Ada' }),
  session(2, { ...graded(null), status: 'active' }),
  session(10, graded(9, 2)),
  session(3, {
    grading: {
      ...ends(4),
      provisional: true,
      answered: 0,
      waiting_for_review: 0,
      contested: 0,
      reviewed_by_candidate: 0,
      flags: ['paste']
    }
  })
].map(rowOf);

describe('the list', () => {
  test('has the newest first', () => {
    expect(ids(wished(rows, NO_WISH))).toEqual(['s10', 's3', 's2', 's1']);
  });

  test('is of one assessment, or of one flag', () => {
    const about = (n: number, assessment_id: string, title: string, waiting = 0): IRow =>
      rowOf(session(n, { ...graded(4, waiting), assessment_id, title }));
    const mixed = [...rows, about(20, 'a', 'Trees', 2), about(21, 'b', 'Lists'), about(22, 'a', 'Trees')];
    expect(ids(wished(mixed, { ...NO_WISH, assessment: 'a' }))).toEqual(['s22', 's20']);
    expect(ids(wished(mixed, { ...NO_WISH, flag: 'paste' }))).toEqual(['s3']);
    expect(groupsOf(mixed)).toEqual([
      { id: 'b', title: 'Lists', sessions: 1, waiting: 0 },
      { id: 'a', title: 'Trees', sessions: 2, waiting: 1 }
    ]);
  });

  test('is told to the server without what is searched for here', () => {
    expect(queryOf({ ...NO_WISH, text: 'ada' })).toEqual({ sort: 'started', order: 'desc' });
    const wish: IWish = { ...NO_WISH, status: 'ended', assessment: 'a', flag: 'paste', waiting: true, column: 'score' };
    expect(queryOf(wish)).toEqual({
      sort: 'score',
      order: 'desc',
      status: 'ended',
      assessment_id: 'a',
      flag: 'paste',
      waiting: 'true'
    });
  });

  test('finds every word, in names, titles and flags', () => {
    expect(ids(wished(rows, { ...NO_WISH, text: ' sort  ADA ' }))).toEqual(['s1']);
    expect(ids(wished(rows, { ...NO_WISH, text: 'paste' }))).toEqual(['s3']);
    expect(wished(rows, { ...NO_WISH, text: 'nobody' })).toEqual([]);
    expect(ids(wished(rows, { ...NO_WISH, text: 's10' }))).toEqual(['s10']);
    expect(wished(rows, { ...NO_WISH, text: '10' })).toHaveLength(1); // a name, no middle of an id
  });

  test('can be of one state, or only of what waits for a person', () => {
    expect(ids(wished(rows, { ...NO_WISH, status: 'active' }))).toEqual(['s2']);
    expect(ids(wished(rows, { ...NO_WISH, waiting: true }))).toEqual(['s10']);
  });

  test('says why it is empty, and what waits beyond the wish', () => {
    const said = (wish: Partial<IWish>, all = rows): string =>
      nothingInWords({ all, wish: { ...NO_WISH, ...wish } }, nullTranslator.load(''));
    const idle = rows.filter(row => row.waiting === 0);
    expect(said({ waiting: true, text: 'nobody' })).toBe('No session is like that. 1 other waits for a person.');
    expect(said({ waiting: true, status: 'active' })).toBe('No session is like that. 1 other waits for a person.');
    expect(said({ waiting: true, text: 'nobody' }, idle)).toBe('No session is like that.');
    expect(said({ text: 'nobody' })).toBe('No session is like that.');
    expect(said({ waiting: true }, idle)).toBe('Nothing waits for a person.');
  });

  test('has sessions without a score last, both ways, and equal ones newest first', () => {
    const up = { ...NO_WISH, column: 'score', descending: false } as const;
    expect(ids(wished(rows, up))).toEqual(['s3', 's1', 's10', 's2']);
    expect(ids(wished(rows, { ...up, descending: true }))).toEqual(['s10', 's3', 's1', 's2']);
  });

  test('sorts names with numbers as people do', () => {
    expect(ids(wished(rows, { ...NO_WISH, column: 'candidate', descending: false }))).toEqual([
      's1',
      's2',
      's3',
      's10'
    ]);
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

describe('loading', () => {
  const pages = (...parts: SessionOut[][]): GraderApi =>
    ({
      sessions: async function* () {
        yield* parts;
      }
    }) as unknown as GraderApi;

  test('shows the first page at once, and then all', async () => {
    const model = new DashboardModel(pages([session(3), session(2)], [session(1)]));
    const seen: number[] = [];
    model.stateChanged.connect(() => seen.push(model.rows.length));
    await model.load();
    expect(seen).toContain(2);
    expect(ids(model.rows)).toEqual(['s3', 's2', 's1']);
    expect(model.loading).toBe(false);
  });

  test('keeps what was there when the server is down', async () => {
    const api = pages([session(1)]);
    const model = new DashboardModel(api);
    await model.load();
    api.sessions = () => {
      throw new ApiError(0, 'unreachable', '');
    };
    await model.load();
    expect(model.problem?.code).toBe('unreachable');
    expect(ids(model.rows)).toEqual(['s1']);
  });

  describe('again', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    test('happens by itself, without a word, and leaves rows alone that are as they were', async () => {
      let listed = [session(2, { status: 'active' }), session(1)];
      const api = pages();
      api.sessions = async function* () {
        yield listed;
      };
      const model = new DashboardModel(api);
      await model.load();
      const [, untouched] = model.rows;
      const heard: boolean[] = [];
      model.stateChanged.connect(() => heard.push(model.loading));
      await vi.advanceTimersByTimeAsync(60_000);
      expect(heard).toEqual([]);
      listed = [session(3), session(2, graded(5)), session(1)];
      await vi.advanceTimersByTimeAsync(60_000);
      expect(model.rows.map(({ id, score }) => [id, score])).toEqual([
        ['s3', null],
        ['s2', 5],
        ['s1', null]
      ]); // prettier-ignore
      expect(model.rows[2]).toBe(untouched);
      expect(heard).toEqual([false]);
      model.dispose();
    });

    test('says that the server is away, keeps the list, and goes on', async () => {
      const api = pages([session(1)]);
      const { sessions } = api;
      const model = new DashboardModel(api);
      await model.load();
      api.sessions = () => {
        throw new ApiError(0, 'unreachable', '');
      };
      await vi.advanceTimersByTimeAsync(60_000);
      expect([model.away, model.problem, ids(model.rows)]).toEqual([true, null, ['s1']]);
      api.sessions = sessions;
      await vi.advanceTimersByTimeAsync(120_000);
      expect(model.away).toBe(false);
      model.dispose();
    });
  });
});
