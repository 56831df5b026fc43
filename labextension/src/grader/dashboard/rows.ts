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
  /** Of these, the contested scores. */
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
  /** Only those with a contested score. */
  contested: boolean;
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

/** The rows that are wished for, in the wished order; rows that are equal in it stay the newest first. */
export function wished(rows: readonly IRow[], wish: IWish): IRow[] {
  const words = wish.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter(
    row =>
      (wish.status === '' || row.status === wish.status) &&
      (wish.assessment === '' || row.assessment === wish.assessment) &&
      (wish.flag === '' || row.flags.includes(wish.flag)) &&
      (!wish.waiting || row.waiting > 0) &&
      (!wish.contested || row.contested > 0) &&
      (words.length === 0 || matches(row, words))
  );
  const compare = COMPARE[wish.column];
  return found.sort((one, other) => compare(one, other, wish.descending ? -1 : 1) || other.started - one.started);
}

/** One assessment among the rows. */
export interface IGroup {
  id: string;
  title: string;
  sessions: number;
  waiting: number;
}

/** The assessments of the rows, by title; open sessions have none. */
export function groupsOf(rows: readonly IRow[]): IGroup[] {
  const groups = new Map<string, IGroup>();
  for (const { assessment: id, title, waiting } of rows) {
    if (id !== '') {
      const group = groups.get(id) ?? { id, title, sessions: 0, waiting: 0 };
      groups.set(id, { ...group, sessions: group.sessions + 1, waiting: group.waiting + Number(waiting > 0) });
    }
  }
  return [...groups.values()].sort((one, other) => inWords(one.title, other.title));
}

/** The wish as the server takes it, without the text: that is searched for here. */
export function queryOf({
  status,
  assessment,
  flag,
  waiting,
  contested,
  column,
  descending
}: IWish): Record<string, string> {
  return {
    sort: column,
    order: descending ? 'desc' : 'asc',
    ...(status && { status }),
    ...(assessment && { assessment_id: assessment }),
    ...(flag && { flag }),
    ...(waiting && { waiting: 'true' }),
    ...(contested && { contested: 'true' })
  };
}

/** The wish for a column: the other way round when it is the one already. */
export function sortedBy(wish: IWish, column: Column): IWish {
  const descending = wish.column === column ? !wish.descending : LARGEST_FIRST.has(column);
  return { ...wish, column, descending };
}

function matches(row: IRow, words: readonly string[]): boolean {
  const text = `${row.candidate} ${row.title} ${row.flags.join(' ')}`.toLowerCase();
  return words.every(word => text.includes(word) || row.id.startsWith(word)); // short words are in the middle of many ids
}

type Compare = (one: IRow, other: IRow, sign: number) => number;

const LARGEST_FIRST = new Set<Column>(['started', 'questions', 'score', 'flags', 'waiting']);
const STATES: readonly wire.SessionStatus[] = ['active', 'closing', 'finishing', 'ended'];
const { compare: inWords } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const COMPARE: Record<Column, Compare> = {
  title: (one, other, sign) => sign * inWords(one.title, other.title),
  candidate: (one, other, sign) => sign * inWords(one.candidate, other.candidate),
  status: (one, other, sign) => sign * (STATES.indexOf(one.status) - STATES.indexOf(other.status)),
  started: (one, other, sign) => sign * (one.started - other.started),
  questions: (one, other, sign) => sign * (one.questions - other.questions),
  score: (one, other, sign) => missingLast(one.ends?.[0] ?? null, other.ends?.[0] ?? null, sign), // what is settled
  flags: (one, other, sign) => sign * (one.flags.length - other.flags.length),
  waiting: (one, other, sign) => sign * (one.waiting - other.waiting)
};

/** A session without a score is after all others, whichever way they are sorted. */
function missingLast(one: number | null, other: number | null, sign: number): number {
  if (one === null || other === null) {
    return Number(one === null) - Number(other === null);
  }
  return sign * (one - other);
}
