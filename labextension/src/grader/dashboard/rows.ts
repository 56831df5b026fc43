import type * as wire from '../../wire';

/** One line of the dashboard. */
export interface IRow {
  id: string;
  /** The id of its assessment; empty for an open session. */
  assessment: string;
  title: string;
  candidate: string;
  status: wire.SessionStatus;
  /** ms since the epoch. */
  started: number;
  questions: number;
  answered: number | null;
  score: number | null;
  /** The two ends between which the score lies. */
  ends: readonly [number, number] | null;
  scoreText: string | null;
  provisional: boolean;
  flags: readonly string[];
  waiting: number;
  /** Of those that wait: scores that the candidate contests. */
  contested: number;
  /** How it was recorded. */
  mode: string;
  /** Answers that the candidate reviewed themself, which changes no score. */
  reviewedByCandidate: number;
}

export type Column = 'title' | 'candidate' | 'status' | 'started' | 'questions' | 'score' | 'flags' | 'waiting';

export interface IWish {
  text: string;
  status: wire.SessionStatus | '';
  /** Only those of this assessment; empty: of all. */
  assessment: string;
  /** Only those with this flag; empty: whatever their flags. */
  flag: wire.Flag | '';
  /** Only those in which a person is wanted. */
  waiting: boolean;
  /** Only those in which a score is contested. */
  contested: boolean;
  /** Those of an assessment stand together. */
  grouped: boolean;
  column: Column;
  descending: boolean;
}

export const NO_WISH: IWish = {
  text: '',
  status: '',
  assessment: '',
  flag: '',
  waiting: false,
  contested: false,
  grouped: true,
  column: 'started',
  descending: true
};

export function rowOf(session: wire.SessionOut): IRow {
  const { grading } = session;
  return {
    id: session.session_id,
    assessment: session.assessment_id ?? '',
    title: session.title ?? session.assessment?.title ?? '',
    candidate: session.owner,
    status: session.status,
    started: Date.parse(session.created_at),
    questions: session.counts.questions,
    answered: grading?.answered ?? null,
    score: grading?.score ?? null,
    ends: grading?.score_min != null && grading.score_max != null ? [grading.score_min, grading.score_max] : null,
    scoreText: grading?.score_text ?? null,
    provisional: grading?.provisional === true,
    flags: grading?.flags ?? [],
    waiting: grading?.waiting_for_review ?? 0,
    contested: grading?.contested ?? 0,
    mode: session.mode,
    reviewedByCandidate: grading?.reviewed_by_candidate ?? 0
  };
}

/** The wish as the server takes it. */
export function queryOf(wish: IWish): Record<string, string> {
  const { grouped, column, descending } = wish;
  return {
    ...(grouped && { group: 'assessment' }),
    sort: column,
    order: descending ? 'desc' : 'asc',
    ...filterOf(wish)
  };
}

/** What the wish leaves out, as the server takes it. */
export function filterOf({ text, status, assessment, flag, waiting, contested }: IWish): Record<string, string> {
  return {
    ...(text.trim() && { search: text.trim() }),
    ...(status && { status }),
    ...(assessment && { assessment_id: assessment }),
    ...(flag && { flag }),
    ...(waiting && { waiting: 'true' }),
    ...(contested && { contested: 'true' })
  };
}

/** Do two queries ask for the same? */
export function sameQuery(one: Record<string, string>, other: Record<string, string>): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Is anything left out by this wish? */
export function leavesOut({ text, status, assessment, flag, waiting, contested }: IWish): boolean {
  return waiting || contested || [text.trim(), status, assessment, flag].some(Boolean);
}

/** The wish that leaves nothing out, in the same order. */
export function shownAll({ grouped, column, descending }: IWish): IWish {
  return { ...NO_WISH, grouped, column, descending };
}

/** The wish for groups or none. Within a group all have the same title. */
export function groupedBy(wish: IWish, grouped: boolean): IWish {
  return grouped && wish.column === 'title'
    ? { ...wish, grouped, column: 'started', descending: true }
    : { ...wish, grouped };
}

/** The wish for a column: the other way round when it is the one already. */
export function sortedBy(wish: IWish, column: Column): IWish {
  const descending = wish.column === column ? !wish.descending : LARGEST_FIRST.has(column);
  return { ...wish, column, descending };
}

const LARGEST_FIRST = new Set<Column>(['started', 'questions', 'score', 'flags', 'waiting']);
