import type { GraderApi } from '../api';
import { decisionOf, eventOf, type IEvent } from './events';
import { History } from './history';

/** The record of one session, as far as it is loaded. Reading again continues; each method may throw `ApiError`. */
export class Evidence {
  constructor(
    private readonly _api: GraderApi,
    private readonly _session: string
  ) {}

  readonly history = new History();
  /** The events besides the code. */
  events: readonly IEvent[] = [];
  /** Each decision to ask or not. */
  decisions: readonly IEvent[] = [];

  /** A number that changes when more is loaded. */
  get size(): number {
    return this.events.length + this.history.steps.length + this.decisions.length;
  }

  async readEvents(): Promise<void> {
    const fresh = await this._api.timelineInteractions(this._session, this._seq);
    this._seq = fresh.at(-1)?.seq ?? this._seq;
    this.events = [...this.events, ...fresh.map(eventOf)];
  }

  /** `grew` is called after each page. */
  async readSteps(grew: () => void): Promise<void> {
    for await (const edits of this._api.replay(this._session, this.history.steps.at(-1)?.edit.n)) {
      this.history.add(edits);
      grew();
    }
  }

  async readDecisions(): Promise<void> {
    const fresh = await this._api.decisions(this._session, this._decided);
    this._decided = fresh.at(-1)?.number ?? this._decided;
    this.decisions = [...this.decisions, ...fresh.map(decisionOf)];
  }

  private _seq: number | undefined;
  private _decided: number | undefined;
}
