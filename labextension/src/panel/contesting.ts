import { Signal, type ISignal } from '@lumino/signaling';

import { asApiError, type Api, type ApiError } from '../connection/api';
import { now } from '../connection/clock';
import type * as wire from '../wire';

/** The contests of one session: which scores the candidate contests, and what was decided. */
export class Contesting {
  constructor(private readonly _api: Api) {}

  /** Null: not known, or this server has no contests. */
  contests: wire.ContestsOut | null = null;
  /** The question whose contest is being sent. */
  sending: string | null = null;
  /** Why the last one was refused, and which question it was about. */
  refused: ApiError | null = null;
  refusedFor: string | null = null;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** May the score of an answer of this session still be contested? */
  get open(): boolean {
    const until = this.contests?.until ?? null;
    return until !== null && now() < Date.parse(until);
  }

  of(question: string): wire.ContestOut | null {
    return this.contests?.items.find(contest => contest.question_id === question) ?? null;
  }

  async load(session: string): Promise<void> {
    this._session = session;
    try {
      this.contests = await this._api.contests(session);
    } catch {
      this.contests = null;
    }
    this._changed.emit();
  }

  /** Contest a score. True: it is stored; else `refused` tells why, and it can be sent again. */
  async contest(question: string, reason: string): Promise<boolean> {
    this.sending = question;
    this.refused = null;
    this._changed.emit();
    try {
      await this._api.contest(this._session, question, reason);
      await this.load(this._session);
    } catch (problem) {
      this.refused = asApiError(problem);
      this.refusedFor = question;
    }
    this.sending = null;
    this._changed.emit();
    return this.refused === null;
  }

  private readonly _changed = new Signal<this, void>(this);
  private _session = '';
}
