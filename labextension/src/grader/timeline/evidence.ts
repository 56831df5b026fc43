import type { GraderApi } from '../api';
import { decisionOf, eventOf, type IEvent } from './events';
import { History } from './history';

/** What was recorded of one session, as far as it is here. To read again is to read on; each may throw `ApiError`. */
export class Evidence {
  constructor(
    private readonly _api: GraderApi,
    private readonly _session: string
  ) {}

  readonly history = new History();
  /** What happened besides the code. */
  happenings: readonly IEvent[] = [];
  /** Each decision to ask or not. */
  decisions: readonly IEvent[] = [];

  /** It is another when there is more. */
  get size(): number {
    return this.happenings.length + this.history.steps.length + this.decisions.length;
  }

  async readHappenings(): Promise<void> {
    const fresh = await this._api.happenings(this._session, this._seq);
    this._seq = fresh.at(-1)?.seq ?? this._seq;
    this.happenings = [...this.happenings, ...fresh.map(eventOf)];
  }

  /** `grew` is called after each page. */
  async readSteps(grew: () => void): Promise<void> {
    for await (const edits of this._api.replay(this._session, this.history.steps.at(-1)?.edit.n)) {
      this.history.add(edits);
      grew();
    }
  }

  async readDecisions(): Promise<void> {
    const fresh = await this._api.decisions(this._session, this._snapshot);
    this._snapshot = fresh.at(-1)?.snapshot ?? this._snapshot;
    this.decisions = [...this.decisions, ...fresh.map(decisionOf)];
  }

  private _seq: number | undefined;
  private _snapshot: number | undefined;
}
