import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { ErrorMessage, Welcome } from '../wire';
import { ChangeWriter } from './changes';
import { now } from './clock';
import type { Outbox, Unnumbered } from './outbox';
import type { Received, SessionSocket, LinkState } from './socket';
import type { Numbered } from './store';

/** Messages that may be in flight. */
const WINDOW = 8;
/** The share of the server's limit that we use: leave room when many messages wait. */
const SHARE = 0.8;
const BURST = 10;
/** Without an answer for so long (ms) the connection counts as lost: a laptop that slept, a proxy that forgot it. */
const ANSWER_WITHIN = 15_000;
const STORE_RETRY = 2_000;

/** Refusals before the server looked at the number, which is still free. */
const UNREADABLE = new Set([
  'invalid_input',
  'bad_frame',
  'too_large',
  'document_too_big',
  'unknown_message_type',
  'session_full'
]);
/** Refusals for the state of the session: the number is used. */
const USED_UP = new Set(['question_not_open']);

/**
 * A message that was sent on the present socket. `stale`: it was sent again, so its answer is ignored. `whole`: with
 * its whole text.
 */
interface IFlight {
  seq: number;
  whole: boolean;
  stale: boolean;
}

/**
 * Sends the messages of the outbox, in order, until each is acknowledged.
 *
 * The server answers in the order in which it received them, so an answer without a number belongs to the oldest message
 * in flight.
 */
export class Sync implements IDisposable {
  constructor(
    readonly outbox: Outbox,
    readonly socket: SessionSocket,
    private readonly _now: () => number = now
  ) {
    this._sentUpTo = outbox.entries.at(-1)?.seq ?? 0; // the page before this one may have sent it
    socket.welcomed.connect(this._onWelcome, this);
    socket.received.connect(this._onReceived, this);
    socket.linkStateChanged.connect(this._onLinkState, this);
  }

  /** A message that the server refused for good. */
  get refused(): ISignal<this, ErrorMessage> {
    return this._refused;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Keep a message, and send it after those before it. */
  post(message: Unnumbered): void {
    this.outbox.add(message, this._sentUpTo);
    this._pump();
  }

  dispose(): void {
    this._disposed = true;
    this._still();
    Signal.clearData(this);
  }

  private _onWelcome(_: unknown, welcome: Welcome): void {
    const limit = welcome.limits['messages_per_second'] ?? 0;
    this._interval = limit > 0 ? 1000 / (limit * SHARE) : 0;
    const [first] = this.outbox.entries;
    if (first === undefined) {
      this.outbox.acknowledge(welcome.acked_seq);
    } else if (this._displaced && welcome.writer.you) {
      this._renumber(first.seq, welcome.acked_seq + 1);
    }
    this._displaced &&= !welcome.writer.you;
    this._rewind();
  }

  private _onLinkState(_: unknown, linkState: LinkState): void {
    if (linkState !== 'online') {
      this._flight = [];
      this._still();
    }
    this._displaced ||= linkState === 'elsewhere';
  }

  private _onReceived(_: unknown, message: Received): void {
    switch (message.message_type) {
      case 'ack':
        this._onAck(message.seq);
        break;
      case 'nack':
        this._onNack(message.expected);
        break;
      case 'error':
        this._onError(message);
        break;
      default:
        return;
    }
    this._watch();
    this._pump();
  }

  private _onAck(seq: number): void {
    if (this._flight[0]?.stale) {
      this._flight.shift(); // its number may belong to another message now
      return;
    }
    this._flight = this._flight.filter(sent => sent.stale || sent.seq > seq);
    this._agreed = true;
    this.outbox.acknowledge(seq);
  }

  private _onNack(expected: number): void {
    const sent = this._flight.shift();
    const first = this.outbox.entries[0];
    if (sent === undefined || sent.stale || first === undefined) {
      return;
    }
    if (!this.outbox.entries.some(entry => entry.seq === expected)) {
      this._renumber(first.seq, expected);
    }
    this._rewind();
  }

  private _onError(error: ErrorMessage): void {
    const sent = this._flight.shift();
    if (sent === undefined || sent.stale) {
      return;
    }
    if (!sent.whole && (error.code === 'hash_mismatch' || UNREADABLE.has(error.code))) {
      this._rewind(); // server and page had different texts before the change: send the whole text
    } else if (error.code === 'sequence_conflict') {
      this._renumber(sent.seq, Number(error.detail?.['expected']));
      this._rewind();
    } else if (error.code === 'hash_mismatch') {
      this.outbox.amend(sent.seq, message => ({ ...message, sha256: undefined }));
      this._rewind();
    } else if (UNREADABLE.has(error.code)) {
      this.outbox.drop(sent.seq);
      this._rewind();
      this._refused.emit(error);
    } else if (USED_UP.has(error.code)) {
      this.outbox.acknowledge(sent.seq);
      this._refused.emit(error);
    } else if (error.code === 'not_writer') {
      this._flight = [];
      this.socket.yield(); // what was sent stays in the outbox, and is sent if this window writes again
    } else if (error.code === 'session_ended') {
      this._flight = [];
      this.outbox.acknowledge(this.outbox.entries.at(-1)?.seq ?? sent.seq);
      this._refused.emit(error);
    } else {
      this._rewind();
      this._due = this._now() + STORE_RETRY + BURST * this._interval;
    }
  }

  private _renumber(seq: number, expected: number): void {
    this.outbox.renumber(seq, expected);
    this._sentUpTo = Math.max(this._sentUpTo, this.outbox.entries.at(-1)?.seq ?? 0);
  }

  /** Send everything again that is not acknowledged. */
  private _rewind(): void {
    this._agreed = false;
    this._changes.reset();
    this._flight.forEach(sent => (sent.stale = true));
    this._next = this.outbox.entries[0]?.seq ?? 0;
    this._pump();
  }

  private _pump(): void {
    clearTimeout(this._pumping);
    if (this._disposed || this.socket.linkState !== 'online') {
      return;
    }
    for (const entry of this.outbox.entries) {
      if (entry.seq < this._next) {
        continue;
      }
      if (this._flight.filter(sent => !sent.stale).length >= (this._agreed ? WINDOW : 1)) {
        return;
      }
      const wait = this._pace();
      if (wait > 0) {
        this._pumping = setTimeout(() => this._pump(), wait);
        return;
      }
      this._send(entry.message);
    }
  }

  private _send(message: Numbered): void {
    const { frame, whole } = this._changes.write(message);
    this.socket.send(frame);
    this._flight.push({ seq: message.seq, whole, stale: false });
    this._next = message.seq + 1;
    this._sentUpTo = Math.max(this._sentUpTo, message.seq);
    this._watch();
  }

  /** Milliseconds to wait before one more message; 0: it may be sent, and is counted. */
  private _pace(): number {
    const at = this._now();
    const due = Math.max(this._due, at - BURST * this._interval);
    if (due > at) {
      return due - at;
    }
    this._due = due + this._interval;
    return 0;
  }

  /** Expect an answer while a message is in flight. */
  private _watch(): void {
    clearTimeout(this._waiting);
    if (this._flight.length > 0) {
      this._waiting = setTimeout(() => this.socket.restart(), ANSWER_WITHIN);
    }
  }

  private _still(): void {
    clearTimeout(this._pumping);
    clearTimeout(this._waiting);
  }

  private readonly _refused = new Signal<this, ErrorMessage>(this);
  private readonly _changes = new ChangeWriter();
  private _flight: IFlight[] = [];
  // Is our next number the server's? Until that is known, one message is in flight: if the number of the first were
  // used, the server would store the second one before it.
  private _agreed = false;
  private _next = 0; // the lowest number to send on this socket
  private _sentUpTo: number; // the highest number that was ever sent
  private _interval = 0;
  private _due = 0;
  private _pumping: ReturnType<typeof setTimeout> | undefined;
  private _waiting: ReturnType<typeof setTimeout> | undefined;
  // Another window has written: the numbers up to the server's are used, even if our message has the same content.
  private _displaced = false;
  private _disposed = false;
}
