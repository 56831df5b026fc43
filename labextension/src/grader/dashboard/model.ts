import { asApiError, type ApiError } from '../../connection/api';
import type { GraderApi } from '../api';
import { download } from '../download';
import { looking } from '../live';
import { Model } from '../model';
import { NO_WISH, queryOf, rowOf, wished, type IRow, type IWish } from './rows';

/** Pause (ms) between two looks at the list. */
const EVERY = 10_000;

/** All sessions that this grader may read, and which of them are wished for. */
export class DashboardModel extends Model {
  constructor(private readonly _api: GraderApi) {
    super();
  }

  /** Everything that was loaded, the newest first. */
  all: readonly IRow[] = [];
  /** Those that are wished for, in the wished order. */
  rows: readonly IRow[] = [];
  wish: IWish = NO_WISH;
  loading = false;
  problem: ApiError | null = null;
  /** The server does not answer: the list may be old. */
  away = false;
  /** Whether somebody looks: else nothing new is read. */
  seen: () => boolean = () => true;

  /** Read the list, and keep it current from then on. What was there stays on screen until the whole new list is here. */
  async load(): Promise<void> {
    const turn = ++this._turn;
    const first = this.all.length === 0;
    const found: IRow[] = [];
    this.loading = true;
    this.problem = null;
    this.stateChanged.emit();
    try {
      for await (const page of this._api.sessions()) {
        if (turn !== this._turn || this.isDisposed) {
          return;
        }
        found.push(...page.map(rowOf));
        if (first) {
          this._show(found);
        }
      }
      this._show(found);
    } catch (problem) {
      this.problem = asApiError(problem);
    }
    this.loading = this.away = false;
    this.stateChanged.emit();
    if (this._live.state.phase === 'constructed') {
      await this._live.schedule();
    }
  }

  /** Read now what is new. */
  hurry(): void {
    if (!this.loading && this.problem === null) {
      void this._live.refresh();
    }
  }

  choose(wish: Partial<IWish>): void {
    this.wish = { ...this.wish, ...wish };
    this._show(this.all);
  }

  /** Save the results of what is wished for, except for the searched words. */
  async saveResults(): Promise<void> {
    try {
      download(await this._api.results(queryOf(this.wish)));
    } catch (problem) {
      this.problem = asApiError(problem);
      this.stateChanged.emit();
    }
  }

  override dispose(): void {
    this._live.dispose();
    super.dispose();
  }

  /** Read the list without a word; whether it is another. */
  private async _look(): Promise<boolean> {
    const turn = ++this._turn;
    const known = new Map(this.all.map(row => [row.id, row]));
    const found: IRow[] = [];
    try {
      for await (const page of this._api.sessions()) {
        found.push(...page.map(rowOf).map(row => (same(row, known.get(row.id)) ? known.get(row.id)! : row)));
      }
    } catch (problem) {
      this._turnAway(turn, true);
      throw problem;
    }
    const fresh = found.length !== this.all.length || found.some((row, index) => row !== this.all[index]);
    if (fresh && turn === this._turn) {
      this._show(found);
    }
    this._turnAway(turn, false);
    return fresh;
  }

  private _turnAway(turn: number, away: boolean): void {
    if (turn === this._turn && away !== this.away) {
      this.away = away;
      this.stateChanged.emit();
    }
  }

  private _show(all: readonly IRow[]): void {
    this.all = [...all];
    this.rows = wished(this.all, this.wish);
    this.stateChanged.emit();
  }

  private readonly _live = looking(
    () => this._look(),
    EVERY,
    () => this.seen() && !this.loading && this.problem === null
  );
  private _turn = 0;
}

function same(row: IRow, other: IRow | undefined): boolean {
  return JSON.stringify(row) === JSON.stringify(other);
}
