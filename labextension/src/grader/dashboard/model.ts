import { asApiError, type ApiError } from '../../connection/api';
import type * as wire from '../../wire';
import type { GraderApi } from '../api';
import { download } from '../download';
import { looking } from '../live';
import { Model } from '../model';
import { filterOf, NO_WISH, queryOf, rowOf, sameQuery, type IRow, type IWish } from './rows';

/** Pause (ms) between two looks at the list. */
const EVERY = 10_000;
/** After so long (ms) without a key the words are searched for. */
const TYPED = 250;
/** Sessions of one page: what is in sight, and a little more. */
const PAGE = 200;
/** The most that a server gives at once. */
const LARGEST = 1000;

/** The sessions that are wished for, as far as somebody has looked down the list. The server sorts and filters them. */
export class DashboardModel extends Model {
  constructor(private readonly _api: GraderApi) {
    super();
  }

  /** Those that were loaded, in the wished order. */
  rows: readonly IRow[] = [];
  /** The assessments to choose from, the newest first. */
  assessments: readonly wire.AssessmentListed[] = [];
  /** What there is to do in each assessment, as far as the server tells; none when the list is not grouped. */
  groups: readonly wire.SessionGroupOut[] = [];
  wish: IWish = NO_WISH;
  loading = false;
  problem: ApiError | null = null;
  /** The server does not answer: the list may be old. */
  away = false;
  /** Whether somebody looks: else nothing new is read. */
  seen: () => boolean = () => true;

  /** Are there further sessions behind those that were loaded? */
  get more(): boolean {
    return this._next !== null;
  }

  /** Read the list from its beginning, and keep it current from then on. What was there stays until the new one is here. */
  async load(): Promise<void> {
    const turn = this._begin();
    this._begun = true;
    void this._readAssessments();
    try {
      const page = this._api.sessionPage(queryOf(this.wish), PAGE);
      const [{ items, next }, groups] = await Promise.all([page, this._readGroups()]);
      if (!this._isOver(turn)) {
        this.groups = groups;
        this._show(items.map(rowOf), next);
      }
    } catch (problem) {
      this._fail(turn, problem);
    }
    await this._end(turn);
  }

  /** Read the next page. */
  async loadMore(): Promise<void> {
    if (this._next === null || this.loading || this.problem !== null) {
      return;
    }
    const turn = this._begin();
    try {
      const page = await this._api.sessionPage(queryOf(this.wish), PAGE, this._next);
      if (!this._isOver(turn)) {
        const known = new Set(this.rows.map(({ id }) => id)); // its place may have changed since
        this._show([...this.rows, ...page.items.map(rowOf).filter(({ id }) => !known.has(id))], page.next);
      }
    } catch (problem) {
      this._fail(turn, problem);
    }
    await this._end(turn);
  }

  /** Read now what is new. */
  hurry(): void {
    if (!this.loading && this.problem === null) {
      void this._live.refresh();
    }
  }

  choose(wish: Partial<IWish>): void {
    const before = queryOf(this.wish);
    this.wish = { ...this.wish, ...wish };
    this.stateChanged.emit();
    clearTimeout(this._typing);
    if (this._begun && !sameQuery(before, queryOf(this.wish))) {
      this._typing = setTimeout(() => void this.load(), 'text' in wish ? TYPED : 0);
    }
  }

  /** Save the results of what is wished for. */
  async saveResults(): Promise<void> {
    try {
      download(await this._api.results(queryOf(this.wish)));
    } catch (problem) {
      this.problem = asApiError(problem);
      this.stateChanged.emit();
    }
  }

  override dispose(): void {
    clearTimeout(this._typing);
    this._live.dispose();
    super.dispose();
  }

  private async _readAssessments(): Promise<void> {
    try {
      this.assessments = await this._api.assessments();
      this.stateChanged.emit();
    } catch {
      // One can choose from fewer; the list itself says what is wrong.
    }
  }

  /** The groups; without an answer the headings have no counts, and the list itself says what is wrong. */
  private async _readGroups(): Promise<readonly wire.SessionGroupOut[]> {
    return this.wish.grouped ? this._api.sessionGroups(filterOf(this.wish)).catch(() => []) : [];
  }

  private _begin(): number {
    this.loading = true;
    this.problem = null;
    this.stateChanged.emit();
    return ++this._turn;
  }

  private _isOver(turn: number): boolean {
    return turn !== this._turn || this.isDisposed;
  }

  private _fail(turn: number, problem: unknown): void {
    if (!this._isOver(turn)) {
      this.problem = asApiError(problem);
    }
  }

  private async _end(turn: number): Promise<void> {
    if (this._isOver(turn)) {
      return;
    }
    this.loading = this.away = false;
    this.stateChanged.emit();
    if (this._live.state.phase === 'constructed') {
      await this._live.schedule();
    }
  }

  /** Read what was loaded again, without a word; whether it is another. */
  private async _look(): Promise<boolean> {
    const turn = ++this._turn;
    const known = new Map(this.rows.map(row => [row.id, row]));
    try {
      const loaded = this._loaded(Math.max(PAGE, this.rows.length));
      const [[found, next], groups] = await Promise.all([loaded, this._readGroups()]);
      if (turn !== this._turn) {
        return false;
      }
      const rows = found.map(rowOf).map(row => (same(row, known.get(row.id)) ? known.get(row.id)! : row));
      const counted = !same(groups, this.groups);
      const fresh = counted || rows.length !== this.rows.length || rows.some((row, n) => row !== this.rows[n]);
      if (fresh) {
        this.groups = groups;
        this._show(rows, next);
      }
      this._turnAway(turn, false);
      return fresh;
    } catch (problem) {
      this._turnAway(turn, true);
      throw problem;
    }
  }

  /** The first `wanted` sessions of the list, and where it goes on. */
  private async _loaded(wanted: number): Promise<[wire.SessionOut[], string | null]> {
    const found: wire.SessionOut[] = [];
    let next: string | null = null;
    do {
      const limit: number = Math.min(LARGEST, wanted - found.length);
      const page = await this._api.sessionPage(queryOf(this.wish), limit, next);
      found.push(...page.items);
      next = page.next;
    } while (next !== null && found.length < wanted);
    return [found, next];
  }

  private _turnAway(turn: number, away: boolean): void {
    if (turn === this._turn && away !== this.away) {
      this.away = away;
      this.stateChanged.emit();
    }
  }

  private _show(rows: readonly IRow[], next: string | null): void {
    this.rows = rows;
    this._next = next;
    this.stateChanged.emit();
  }

  private readonly _live = looking(
    () => this._look(),
    EVERY,
    () => this.seen() && !this.loading && this.problem === null
  );
  private _begun = false;
  private _turn = 0;
  private _next: string | null = null;
  private _typing: ReturnType<typeof setTimeout> | undefined;
}

function same<T>(one: T, other: T | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
