import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { ApiError, type Api } from './api';
import { Courier } from './courier';
import { Lease } from './lease';
import { Outbox, type Unnumbered } from './outbox';
import { SessionSocket, type Received, type Standing } from './socket';
import type { Database } from './store';

/** How what was typed is kept. `unsaved`: it should have been saved by now. */
export type Keeping = 'saved' | 'saving' | 'unsaved' | 'offline' | 'elsewhere' | 'refused' | 'ended';

/** What takes less (ms) is no news: the words would flicker at every pause of the keyboard. */
const SAVING_AFTER = 1_000;
/** From then on (ms), "saving" is no longer the honest word. */
const UNSAVED_AFTER = 5_000;

/** The line between this browser and one session: what is sent is kept until it is stored there. */
export class Sitting implements IDisposable {
  private constructor(
    readonly api: Api,
    readonly session: string,
    readonly outbox: Outbox,
    private readonly _lease: Lease,
    private _writes: boolean
  ) {
    this.socket = new SessionSocket({
      clientId: UUID.uuid4(),
      open: () => api.socket(session),
      probe: () => probe(api, session)
    });
    this._courier = new Courier(outbox, this.socket);
    _lease.lost.connect(() => {
      this.socket.yield();
      this._settle(); // the other window reads it
    });
    outbox.changed.connect(this._look, this);
    this.socket.standingChanged.connect(this._onStanding, this);
    window.addEventListener('online', this._wake);
    window.addEventListener('pagehide', this._settle);
  }

  static async open(api: Api, session: string, database: Database | null): Promise<Sitting> {
    const lease = new Lease(session);
    const writes = await lease.take();
    return new Sitting(api, session, await Outbox.open(database, session), lease, writes);
  }

  readonly socket: SessionSocket;

  /** Emitted when `keeping`, or the number of messages that wait, is another. */
  get keepingChanged(): ISignal<this, void> {
    return this._keepingChanged;
  }

  get keeping(): Keeping {
    const { standing } = this.socket;
    if (standing === 'elsewhere' || standing === 'refused' || standing === 'ended') {
      return standing;
    }
    if (standing !== 'online') {
      return standing === 'offline' ? 'offline' : 'saving';
    }
    const waited = Date.now() - (this.outbox.entries[0]?.at ?? Infinity);
    return waited > UNSAVED_AFTER ? 'unsaved' : waited > SAVING_AFTER ? 'saving' : 'saved';
  }

  get received(): ISignal<SessionSocket, Received> {
    return this.socket.received;
  }

  get refused(): Courier['refused'] {
    return this._courier.refused;
  }

  get isDisposed(): boolean {
    return this.socket.isDisposed;
  }

  /** Emitted when this window writes again after another one did: what it missed is to be told. */
  get resumed(): ISignal<this, void> {
    return this._resumed;
  }

  /** Connect, unless another tab of this browser holds the session. */
  connect(): void {
    if (this._writes) {
      this.socket.connect();
    } else {
      this.socket.yield();
    }
  }

  /** Write from here; the window that wrote until now only reads. */
  async takeOver(): Promise<void> {
    this._writes = await this._lease.take(true);
    await this.outbox.reload();
    this.socket.connect();
    this._resumed.emit();
  }

  /** Keep and send a message, unless another window writes: then it is nobody's message. */
  post(message: Unnumbered): void {
    if (this._writes) {
      this._courier.post(message);
    }
  }

  dispose(): void {
    window.removeEventListener('online', this._wake);
    window.removeEventListener('pagehide', this._settle);
    clearTimeout(this._looking);
    this._courier.dispose();
    this.socket.dispose();
    this._settle();
    this._lease.release();
    Signal.clearData(this);
  }

  private readonly _wake = (): void => {
    if (this.socket.standing === 'offline') {
      this.socket.connect();
    }
  };

  private readonly _settle = (): void => void this.outbox.settle();

  private _onStanding(_: unknown, standing: Standing): void {
    this._writes &&= standing !== 'elsewhere'; // what waits here is in the store, for the window that writes
    this._look();
  }

  /** Tell of the state when it is another, and look again when time alone will have changed it. */
  private _look(): void {
    clearTimeout(this._looking);
    const [oldest] = this.outbox.entries;
    const waited = oldest && Date.now() - oldest.at;
    const next = [SAVING_AFTER, UNSAVED_AFTER].find(limit => waited !== undefined && waited <= limit);
    if (next !== undefined && waited !== undefined) {
      this._looking = setTimeout(() => this._look(), next - waited + 1);
    }
    const { keeping } = this;
    const told = keeping === 'unsaved' || keeping === 'offline' ? `${keeping} ${this.outbox.entries.length}` : keeping;
    if (told !== this._told) {
      this._told = told;
      this._keepingChanged.emit();
    }
  }

  private _told = '';
  private readonly _courier: Courier;
  private readonly _resumed = new Signal<this, void>(this);
  private readonly _keepingChanged = new Signal<this, void>(this);
  private _looking: ReturnType<typeof setTimeout> | undefined;
}

/** Why a connection cannot be had however long one tries; null when it may come back. */
async function probe(api: Api, session: string): Promise<string | null> {
  try {
    await api.session(session);
    return null;
  } catch (problem) {
    const refused = problem instanceof ApiError && [401, 403, 404].includes(problem.status);
    return refused ? (problem as ApiError).code : null;
  }
}
