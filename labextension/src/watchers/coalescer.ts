import type { IDisposable } from '@lumino/disposable';

import type { Cause } from '../wire';
import { moreTelling } from './causes';

/** How long (ms) changes are collected into one update. */
export const DEBOUNCE = 250;

/** Collects many small changes into few updates, at most one in `DEBOUNCE` ms. */
export class Coalescer implements IDisposable {
  constructor(private readonly _tell: (cause: Cause) => void) {}

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Something changed. */
  touch(cause: Cause): void {
    if (this._disposed) {
      return;
    }
    this._cause = this._cause === null ? cause : moreTelling(this._cause, cause);
    this._timer ??= setTimeout(() => this.flush(), DEBOUNCE);
  }

  /** Tell the collected changes now, if there are any. */
  flush(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
    const cause = this._cause;
    this._cause = null;
    if (cause !== null && !this._disposed) {
      this._tell(cause);
    }
  }

  dispose(): void {
    this.flush();
    this._disposed = true;
  }

  private _cause: Cause | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _disposed = false;
}
