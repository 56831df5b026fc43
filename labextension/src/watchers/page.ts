import type { IDisposable } from '@lumino/disposable';

import type { IHappening } from './watcher';

/** Watches whether the candidate looks at this page at all. */
export class PageWatcher implements IDisposable {
  /** @param _leave called when the page may be gone in a moment */
  constructor(
    private readonly _tell: (happening: IHappening) => void,
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
