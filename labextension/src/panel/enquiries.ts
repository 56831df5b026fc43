import { Signal, type ISignal } from '@lumino/signaling';

import type { Api } from '../connection/api';
import type * as wire from '../wire';

/** Requests about the server and the report. Null: not known, or no answer. */
export class Enquiries {
  constructor(private readonly _api: Api) {}

  /** The examiner, and the database of the record. */
  health: wire.Health | null = null;
  /** What the report says in one sentence, where the candidate may read it. */
  result: string | null = null;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  async askHealth(): Promise<void> {
    try {
      this.health = await this._api.health();
    } catch {
      this.health = null;
    }
    this._changed.emit();
  }

  async askResult(session: string): Promise<void> {
    this.result = await this._api.result(session);
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
}
