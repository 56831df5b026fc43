import { asApiError, type ApiError } from '../../connection/api';
import type { GraderApi } from '../api';
import { Model } from '../model';
import { NO_WISH, rowOf, wished, type IRow, type IWish } from './rows';

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

  /** Read the list again. What was there stays on screen until the whole new list is here. */
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
    this.loading = false;
    this.stateChanged.emit();
  }

  choose(wish: Partial<IWish>): void {
    this.wish = { ...this.wish, ...wish };
    this._show(this.all);
  }

  private _show(all: readonly IRow[]): void {
    this.all = [...all];
    this.rows = wished(this.all, this.wish);
    this.stateChanged.emit();
  }

  private _turn = 0;
}
