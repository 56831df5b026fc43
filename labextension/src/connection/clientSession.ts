import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { ErrorMessage, Welcome } from '../wire';
import { ApiError, type Api } from './api';
import { now } from './clock';
import { Sync } from './sync';
import { hasLocks, Lease } from './lease';
import { Outbox, type Unnumbered } from './outbox';
import { SessionSocket, type Received, type LinkState } from './socket';
import type { Database } from './store';

/** Whether what was typed is saved. `unsaved`: it should be saved by now. `full`: the session takes no more text. */
export type Keeping = 'saved' | 'saving' | 'unsaved' | 'full' | 'offline' | 'elsewhere' | 'refused' | 'ended';

/** The key under which a tab keeps its id. */
const CLIENT_ID = 'codeassess:client';
/** A shorter wait (ms) is not shown, so that the words do not flicker at every pause of typing. */
const SAVING_AFTER = 1_000;
/** After so long (ms) without an acknowledgement the screen says "not saved". */
const UNSAVED_AFTER = 5_000;

/** One session in this browser: messages are kept until the server has stored them. */
export class ClientSession implements IDisposable {
  private constructor(
    readonly api: Api,
    readonly session: string,
    readonly outbox: Outbox,
    private readonly _lease: Lease,
    private _writes: boolean
  ) {
    this.socket = new SessionSocket({
      clientId: clientId(_lease),
      open: () => api.socket(session),
      probe: () => probe(api, session)
    });
    this._sync = new Sync(outbox, this.socket);
    _lease.lost.connect(() => {
      this._writes = false;
      this.socket.yield();
      this._settle(); // the other window will read it
    });
    this.socket.freed.connect(() => void this._resume());
    this._sync.refused.connect(this._onRefused, this);
    outbox.changed.connect(this._update, this);
    this.socket.linkStateChanged.connect(this._onLinkState, this);
    this.socket.welcomed.connect(this._onWelcome, this); // after `_sync`, which checks the numbers
    window.addEventListener('online', this._wake);
    window.addEventListener('pagehide', this._settle);
  }

  static async open(api: Api, session: string, database: Database | null): Promise<ClientSession> {
    const lease = new Lease(session);
    const writes = await lease.take();
    return new ClientSession(api, session, await Outbox.open(database, session), lease, writes);
  }

  readonly socket: SessionSocket;

  /** Emitted when `keeping` or the number of waiting messages changes. */
  get keepingChanged(): ISignal<this, void> {
    return this._keepingChanged;
  }

  get keeping(): Keeping {
    const { linkState } = this.socket;
    if (!this._writes && linkState !== 'refused' && linkState !== 'ended') {
      return 'elsewhere';
    }
    if (linkState === 'elsewhere' || linkState === 'refused' || linkState === 'ended') {
      return linkState;
    }
    if (linkState !== 'online') {
      return linkState === 'offline' ? 'offline' : 'saving';
    }
    if (this._full) {
      return 'full';
    }
    const waited = now() - (this.outbox.entries[0]?.at ?? Infinity);
    return waited > UNSAVED_AFTER ? 'unsaved' : waited > SAVING_AFTER ? 'saving' : 'saved';
  }

  get received(): ISignal<SessionSocket, Received> {
    return this.socket.received;
  }

  get refused(): Sync['refused'] {
    return this._sync.refused;
  }

  get isDisposed(): boolean {
    return this.socket.isDisposed;
  }

  /** Emitted when this window writes again after another one did: its texts must be sent again. */
  get resumed(): ISignal<this, void> {
    return this._resumed;
  }

  /** Connect: to write, or to read where another window does. */
  connect(): void {
    if (this._writes) {
      this.socket.connect();
    } else {
      this.socket.yield();
    }
  }

  /** Write from this window, at the candidate's wish; the window that wrote until now only reads. */
  async takeOver(): Promise<void> {
    await this._lease.take('steal');
    await this.outbox.reload();
    this.socket.write(true);
  }

  /** Keep and send a message; it is dropped while another window writes. */
  post(message: Unnumbered): void {
    if (this._writes) {
      this._sync.post(message);
    }
  }

  dispose(): void {
    window.removeEventListener('online', this._wake);
    window.removeEventListener('pagehide', this._settle);
    clearTimeout(this._recheck);
    this._sync.dispose();
    this.socket.dispose();
    this._settle();
    this._lease.release();
    Signal.clearData(this);
  }

  private readonly _wake = (): void => {
    if (this.socket.linkState === 'offline') {
      this.socket.connect();
    }
  };

  private readonly _settle = (): void => void this.outbox.settle();

  /** The window that wrote is closed: write here without asking. */
  private async _resume(): Promise<void> {
    await this._lease.take('wait');
    await this.outbox.reload();
    this.socket.write(false);
  }

  private _onLinkState(_: unknown, linkState: LinkState): void {
    if (linkState === 'elsewhere') {
      this._writes = false; // what waits is in the store, for the window that writes
    }
    this._update();
  }

  private _onRefused(_: unknown, error: ErrorMessage): void {
    this._full ||= error.code === 'session_full';
    this._update();
  }

  /** This window writes again: `resumed` sends the present texts before anything that is typed from now on. */
  private async _onWelcome(_: unknown, { writer }: Welcome): Promise<void> {
    this._full = false; // what is typed next tells whether it still is
    if (!writer.you || this._writes) {
      return;
    }
    await this._lease.take('steal'); // the server lets us write, so no other tab of this browser does
    this._writes = true;
    this._resumed.emit();
    this._update();
  }

  /** Emit `keepingChanged` if it changed, and check again when time alone will change it. */
  private _update(): void {
    clearTimeout(this._recheck);
    const [oldest] = this.outbox.entries;
    const waited = oldest && now() - oldest.at;
    const next = [SAVING_AFTER, UNSAVED_AFTER].find(limit => waited !== undefined && waited <= limit);
    if (next !== undefined && waited !== undefined) {
      this._recheck = setTimeout(() => this._update(), next - waited + 1);
    }
    const { keeping } = this;
    const shown = keeping === 'unsaved' || keeping === 'offline' ? `${keeping} ${this.outbox.entries.length}` : keeping;
    if (shown !== this._shown) {
      this._shown = shown;
      this._keepingChanged.emit();
    }
  }

  private _shown = '';
  private _full = false;
  private readonly _sync: Sync;
  private readonly _resumed = new Signal<this, void>(this);
  private readonly _keepingChanged = new Signal<this, void>(this);
  private _recheck: ReturnType<typeof setTimeout> | undefined;
}

/** The id of this tab for the server; a reload keeps it, if the lease shows that no other tab has it. */
function clientId(lease: Lease): string {
  if (!hasLocks() || !lease.held) {
    return UUID.uuid4();
  }
  try {
    const id = sessionStorage.getItem(CLIENT_ID) ?? UUID.uuid4();
    sessionStorage.setItem(CLIENT_ID, id);
    return id;
  } catch {
    return UUID.uuid4(); // the browser grants no storage
  }
}

/** Why connecting again is of no use; null when it may work later. */
async function probe(api: Api, session: string): Promise<string | null> {
  try {
    await api.session(session);
    return null;
  } catch (problem) {
    const refused = problem instanceof ApiError && [401, 403, 404].includes(problem.status);
    return refused ? (problem as ApiError).code : null;
  }
}
