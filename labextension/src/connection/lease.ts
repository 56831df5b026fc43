import { Signal, type ISignal } from '@lumino/signaling';

/**
 * The right to write in a session, held by one tab of this browser at a time.
 *
 * Tabs share the outbox, so two writing tabs would use the same numbers. Where the browser has no locks (a
 * page over plain http that is not on this computer) every tab holds it, and the server alone decides.
 */
export class Lease {
  constructor(session: string) {
    this._name = `codeassess:${session}`;
  }

  /** Emitted when another tab took over. */
  get lost(): ISignal<this, void> {
    return this._lost;
  }

  get held(): boolean {
    return this._release !== null || !hasLocks();
  }

  /** Take the lease: if it is free, when it becomes free, or from another tab. Resolves to whether we hold it. */
  async take(how: 'free' | 'wait' | 'steal' = 'free'): Promise<boolean> {
    if (this.held) {
      return true;
    }
    return new Promise<boolean>(resolve => {
      const options = how === 'steal' ? { steal: true } : { ifAvailable: how === 'free' };
      const held = navigator.locks.request(this._name, options, lock => {
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

/** Browsers have locks on pages over https and on pages of this computer. */
export function hasLocks(): boolean {
  return (navigator.locks as LockManager | undefined) !== undefined;
}
