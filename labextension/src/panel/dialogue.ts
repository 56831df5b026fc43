import { Signal, type ISignal } from '@lumino/signaling';

import type { Api } from '../connection/api';
import type { Outbox } from '../connection/outbox';
import type { Received } from '../connection/socket';
import type * as wire from '../wire';
import {
  answered,
  asked,
  deferred,
  pending,
  remember,
  REMEMBERED,
  take,
  type Conversation,
  type IAnswer
} from './conversation';

/** The conversation of one session, made from the server's events, its record, and the messages that wait here. */
export class Dialogue {
  constructor(
    private readonly _api: Api,
    private readonly _session: string,
    private readonly _outbox: Outbox
  ) {}

  get conversation(): Conversation {
    return this._conversation;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** These questions wait for an answer. */
  welcome(open: readonly wire.QuestionMessage[]): void {
    this._set(open.reduce(asked, this._conversation));
  }

  take(message: Received): void {
    const conversation = take(this._conversation, message);
    if (conversation !== this._conversation) {
      this._set(conversation); // most messages are acknowledgements, which change nothing here
    }
  }

  answer(id: string, answer: IAnswer): void {
    this._set(answered(this._conversation, id, answer));
  }

  defer(id: string): void {
    this._set(deferred(this._conversation, id));
  }

  /** Read the candidate's answers from the record. */
  async remember(): Promise<void> {
    try {
      const record = await this._api.interactions(this._session, REMEMBERED);
      this._set(remember(this._conversation, record));
    } catch {
      // Offline: the next connection brings what is open, the next reload the rest.
    }
  }

  private _set(conversation: Conversation): void {
    this._conversation = pending(
      conversation,
      this._outbox.entries.map(entry => entry.message)
    );
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _conversation: Conversation = [];
}
