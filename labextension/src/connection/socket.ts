import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { PROTOCOL_VERSION, type Hello, type ServerMessage, type Welcome } from '../wire';
import { Backoff } from './backoff';

/** A message from the server; those with state are numbered. */
export type Received = ServerMessage & { event_seq?: number };

/** Where the connection stands. `refused`, `elsewhere` and `ended` stay until somebody acts. */
export type Standing = 'closed' | 'connecting' | 'online' | 'offline' | 'elsewhere' | 'refused' | 'ended';

/** From 4400 on, the server does not want to be asked again. */
const CloseCode = { SUPERSEDED: 4001, TERMINAL: 4400, ENDED: 4410 } as const;
const WELCOME_WITHIN = 10_000;

/** What tells a dead line from a refusal: the reason, or null when it is worth another try. */
export type Probe = () => Promise<string | null>;

const REASONS: Record<number, string> = {
  4400: 'bad_frame',
  4401: 'unauthenticated',
  4403: 'forbidden',
  4404: 'not_found',
  4409: 'conflict'
};

/** Keeps one websocket of a session open, greets, and sorts events by their number. Knows nothing of what is sent. */
export class SessionSocket implements IDisposable {
  constructor(private readonly _options: SessionSocket.IOptions) {}

  get standing(): Standing {
    return this._standing;
  }

  /** Why the server refuses: the code of an error. */
  get reason(): string {
    return this._reason;
  }

  get standingChanged(): ISignal<this, Standing> {
    return this._standingChanged;
  }

  /** Every message but `welcome`, each event once and in order. */
  get received(): ISignal<this, Received> {
    return this._received;
  }

  get welcomed(): ISignal<this, Welcome> {
    return this._welcomed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Connect, now: also when a later attempt was planned, or another window had taken over. */
  connect(): void {
    if (this._disposed || this._standing === 'online' || this._standing === 'connecting') {
      return;
    }
    clearTimeout(this._timer);
    this._move('connecting');
    const socket = this._options.open();
    this._socket = socket;
    this._timer = setTimeout(() => socket.close(), WELCOME_WITHIN);
    socket.onopen = () => this._greet(socket);
    socket.onmessage = event => this._take(JSON.parse(String(event.data)) as Received);
    socket.onclose = event => void this._closed(event.code);
  }

  /** Send, when online; else false. */
  send(message: object): boolean {
    if (this._standing !== 'online' || this._socket === null) {
      return false;
    }
    this._socket.send(JSON.stringify(message));
    return true;
  }

  /** The line seems dead although nobody closed it: try a new one. */
  restart(): void {
    if (this._standing === 'online') {
      this._drop();
      void this._closed(1006);
    }
  }

  /** Give way to another window. */
  yield(): void {
    this._drop();
    this._move('elsewhere');
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
      client_id: this._options.clientId,
      last_event_seq: this._lastEvent,
      ...(this._epoch && { epoch: this._epoch })
    };
    socket.send(JSON.stringify(hello));
  }

  private _take(message: Received): void {
    if (message.message_type === 'welcome') {
      clearTimeout(this._timer);
      this._backoff.reset();
      this._epoch = message.epoch;
      this._move('online');
      this._welcomed.emit(message);
      return;
    }
    if (message.message_type === 'resync') {
      this._lastEvent = message.head_event_seq;
      this._epoch = message.epoch;
    } else if (message.event_seq !== undefined) {
      if (message.event_seq <= this._lastEvent) {
        return; // delivered at least once, taken once
      }
      this._lastEvent = message.event_seq;
    }
    this._received.emit(message);
  }

  private async _closed(code: number): Promise<void> {
    clearTimeout(this._timer);
    this._socket = null;
    if (this._disposed) {
      return;
    }
    if (code === CloseCode.SUPERSEDED) {
      this._move('elsewhere');
    } else if (code === CloseCode.ENDED) {
      this._move('ended');
    } else if (code >= CloseCode.TERMINAL) {
      this._refuse(REASONS[code] ?? 'refused');
    } else {
      await this._retry();
    }
  }

  /** A browser does not tell why a handshake failed, so REST is asked before the next attempt is planned. */
  private async _retry(): Promise<void> {
    this._move('offline');
    const reason = await this._options.probe();
    if (this._disposed || this._standing !== 'offline') {
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

  private _move(standing: Standing): void {
    if (this._standing !== standing) {
      this._standing = standing;
      this._standingChanged.emit(standing);
    }
  }

  private readonly _backoff = new Backoff();
  private readonly _standingChanged = new Signal<this, Standing>(this);
  private readonly _received = new Signal<this, Received>(this);
  private readonly _welcomed = new Signal<this, Welcome>(this);
  private _standing: Standing = 'closed';
  private _reason = '';
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
