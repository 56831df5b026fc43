import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import {
  CloseCode,
  FIRST_FINAL_CODE,
  PROTOCOL_VERSION,
  type Hello,
  type ServerMessage,
  type Welcome,
  type WriterChanged
} from '../wire';
import { Backoff } from './backoff';

/** A message from the server; events have a number. */
export type Received = ServerMessage & { event_seq?: number };

/**
 * The state of the connection. `online`: this page writes. `elsewhere`: another window writes, and this page only
 * reads. `refused` and `ended` stay until the candidate acts.
 */
export type LinkState = 'closed' | 'connecting' | 'online' | 'offline' | 'elsewhere' | 'refused' | 'ended';

const WELCOME_WITHIN = 10_000;
/** WebSocket.OPEN; the class itself may be another in tests. */
const OPEN = 1;

/** Asks why there is no connection: the reason of a refusal, or null when it is worth another attempt. */
export type Probe = () => Promise<string | null>;

const REASONS: Record<number, string> = {
  [CloseCode.BAD_FRAMES]: 'bad_frame',
  [CloseCode.FORBIDDEN]: 'forbidden',
  [CloseCode.UNKNOWN]: 'not_found'
};

/** Keeps one websocket of a session open, says hello, and passes each event once. */
export class SessionSocket implements IDisposable {
  constructor(private readonly _options: SessionSocket.IOptions) {
    this._clientId = _options.clientId;
  }

  get linkState(): LinkState {
    return this._linkState;
  }

  /** Why the server refuses, or did at the last attempt while `offline`: the code of an error, or nothing. */
  get reason(): string {
    return this._reason;
  }

  get linkStateChanged(): ISignal<this, LinkState> {
    return this._linkStateChanged;
  }

  /** Every message but `welcome`, each event once and in order. */
  get received(): ISignal<this, Received> {
    return this._received;
  }

  get welcomed(): ISignal<this, Welcome> {
    return this._welcomed;
  }

  /** Emitted while this page only reads, when nobody writes any more. */
  get freed(): ISignal<this, void> {
    return this._freed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Connect now, also when a later attempt was planned. A page that only reads stays a reader. */
  connect(): void {
    if (this._disposed || this._socket !== null) {
      return;
    }
    clearTimeout(this._timer);
    this._answered = '';
    if (this._linkState !== 'elsewhere') {
      this._move('connecting');
    }
    const socket = this._options.open();
    this._socket = socket;
    this._timer = setTimeout(() => socket.close(), WELCOME_WITHIN);
    socket.onopen = () => this._greet(socket);
    socket.onmessage = event => this._take(JSON.parse(String(event.data)) as Received);
    socket.onclose = event => void this._closed(event.code);
  }

  /** Send, when online; else false. */
  send(message: object): boolean {
    if (this._linkState !== 'online' || this._socket === null) {
      return false;
    }
    this._socket.send(JSON.stringify(message));
    return true;
  }

  /** The connection seems lost, though it was not closed: open a new one. */
  restart(): void {
    if (this._linkState === 'online') {
      this._drop();
      void this._closed(1006);
    }
  }

  /** Write from this page: if nobody else does, or with `take` whoever does. */
  write(take: boolean): void {
    this._takes = take;
    if (this._socket?.readyState === OPEN) {
      this._greet(this._socket);
    } else {
      this.connect();
    }
  }

  /** Let another window write, and only read from now on. */
  yield(): void {
    this._drop();
    this._clientId = UUID.uuid4(); // with the old one the server would give us the lease again
    this._move('elsewhere');
    this.connect();
  }

  dispose(): void {
    this._disposed = true;
    this._drop();
    Signal.clearData(this);
  }

  private _greet(socket: WebSocket): void {
    const hello: Hello = {
      message_type: 'hello',
      protocol: PROTOCOL_VERSION,
      client_id: this._clientId,
      last_event_seq: this._lastEvent,
      ...(this._takes && { take: true }),
      ...(this._epoch && { epoch: this._epoch })
    };
    this._takes = false;
    socket.send(JSON.stringify(hello));
  }

  private _take(message: Received): void {
    if (message.message_type === 'welcome') {
      clearTimeout(this._timer);
      this._backoff.reset();
      this._epoch = message.epoch;
      this._move(message.writer.you ? 'online' : 'elsewhere');
      this._welcomed.emit(message);
      return;
    }
    if (message.message_type === 'error' && message.code === 'unsupported_protocol') {
      this._drop();
      this._refuse(message.code);
      return;
    }
    if (message.message_type === 'error' && this._linkState === 'connecting') {
      this._answered = message.code;
    }
    if (message.message_type === 'writer') {
      this._onWriter(message);
    }
    if (message.message_type === 'resync') {
      this._lastEvent = message.head_event_seq;
      this._epoch = message.epoch;
    } else if (message.event_seq !== undefined) {
      if (message.event_seq <= this._lastEvent) {
        return; // a repeated event
      }
      this._lastEvent = message.event_seq;
    }
    this._received.emit(message);
  }

  private _onWriter({ you, held }: WriterChanged): void {
    if (!you && this._linkState === 'online') {
      this.yield();
    } else if (!held && this._linkState === 'elsewhere') {
      this._freed.emit();
    }
  }

  private async _closed(code: number): Promise<void> {
    clearTimeout(this._timer);
    this._socket = null;
    if (this._disposed) {
      return;
    }
    if (code === CloseCode.SUPERSEDED) {
      this.yield();
    } else if (code === CloseCode.ENDED) {
      this._move('ended');
    } else if (code === CloseCode.CREDENTIAL) {
      await this._lapse();
    } else if (code >= FIRST_FINAL_CODE) {
      this._refuse(REASONS[code] ?? 'refused');
    } else {
      await this._retry();
    }
  }

  /** A credential is no longer valid: this server's, or that of a service behind it, which REST knows. */
  private async _lapse(): Promise<void> {
    const reason = await this._options.probe();
    if (!this._disposed && this._socket === null) {
      this._refuse(reason ?? 'unauthenticated');
    }
  }

  /** A browser does not tell why a handshake failed: ask REST before the next attempt is planned. */
  private async _retry(): Promise<void> {
    this._reason = this._answered;
    if (this._linkState !== 'elsewhere') {
      this._move('offline');
    }
    const { _linkState: before } = this;
    const reason = await this._options.probe();
    if (this._disposed || this._linkState !== before || this._socket !== null) {
      return;
    }
    if (reason !== null) {
      this._refuse(reason);
    } else {
      this._timer = setTimeout(() => this.connect(), this._backoff.next());
    }
  }

  private _refuse(reason: string): void {
    this._reason = reason;
    this._move('refused');
  }

  private _drop(): void {
    clearTimeout(this._timer);
    const socket = this._socket;
    this._socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private _move(linkState: LinkState): void {
    if (this._linkState !== linkState) {
      this._linkState = linkState;
      this._linkStateChanged.emit(linkState);
    }
  }

  private readonly _backoff = new Backoff();
  private readonly _linkStateChanged = new Signal<this, LinkState>(this);
  private readonly _received = new Signal<this, Received>(this);
  private readonly _welcomed = new Signal<this, Welcome>(this);
  private readonly _freed = new Signal<this, void>(this);
  private _clientId: string;
  private _takes = false;
  private _linkState: LinkState = 'closed';
  private _reason = '';
  private _answered = ''; // the error that came instead of a welcome
  private _socket: WebSocket | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _lastEvent = 0;
  private _epoch = '';
  private _disposed = false;
}

export namespace SessionSocket {
  export interface IOptions {
    clientId: string;
    open: () => WebSocket;
    probe: Probe;
  }
}
