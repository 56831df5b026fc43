import type { IDisposable } from '@lumino/disposable';

import type { IActivity } from './watcher';

/** Watches whether this page is visible to the candidate. */
export class PageWatcher implements IDisposable {
  /** @param _leave called when the page may be closed in a moment */
  constructor(
    private readonly _tell: (activity: IActivity) => void,
    private readonly _leave: () => void
  ) {
    document.addEventListener('visibilitychange', this._onVisibility);
    window.addEventListener('pagehide', this._leave);
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    document.removeEventListener('visibilitychange', this._onVisibility);
    window.removeEventListener('pagehide', this._leave);
  }

  private readonly _onVisibility = (): void => {
    const visible = document.visibilityState === 'visible';
    this._tell({ kind: 'focus', detail: { visible } });
    if (!visible) {
      this._leave();
    }
  };

  private _disposed = false;
}
