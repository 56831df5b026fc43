import type { IDisposable } from '@lumino/disposable';

import type { IHappening } from './watcher';

/** Watches whether the candidate looks at this page at all. */
export class PageWatcher implements IDisposable {
  constructor(private readonly _tell: (happening: IHappening) => void) {
    document.addEventListener('visibilitychange', this._onVisibility);
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    document.removeEventListener('visibilitychange', this._onVisibility);
  }

  private readonly _onVisibility = (): void => {
    this._tell({ kind: 'focus', detail: { visible: document.visibilityState === 'visible' } });
  };

  private _disposed = false;
}
