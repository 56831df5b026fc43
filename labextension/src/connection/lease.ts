import { Signal, type ISignal } from '@lumino/signaling';

/**
 * The right to write in a session, held by one tab of this browser at a time.
 *
 * Tabs share the outbox, so two of them writing would count the same numbers twice. Where the browser has no locks (a
 * page over plain http that is not on this computer) every tab holds it, and the server decides: the newest writes.
 */
export class Lease {
  constructor(session: string) {
    this._name = `codeassess:${session}`;
  }

  /** Emitted when another tab took over. */
  get lost(): ISignal<this, void> {
    return this._lost;
  }

  /** Take the lease if it is free; with `steal`, also from another tab. Resolves to whether we hold it. */
  async take(steal = false): Promise<boolean> {
    const locks = navigator.locks as LockManager | undefined;
    if (!locks || this._release) {
      return true;
    }
    return new Promise<boolean>(resolve => {
      const options = steal ? { steal } : { ifAvailable: true };
      const held = locks.request(this._name, options, lock => {
        resolve(lock !== null);
        return lock && new Promise<void>(release => (this._release = release));
      });
      held.catch(() => this._stolen());
    });
  }

  release(): void {
    this._release?.();
    this._release = null;
  }

  private _stolen(): void {
    this._release = null;
    this._lost.emit();
  }

  private readonly _name: string;
  private readonly _lost = new Signal<this, void>(this);
  private _release: (() => void) | null = null;
}
