import type { IDisposable } from '@lumino/disposable';

const FOCUSABLE = ':is(button, input, select, textarea, summary, a[href], [tabindex]):not(:disabled, [tabindex="-1"])';

/**
 * Keeps the focus within a part of the page: when the focused element is removed or disabled, the nearest remaining one
 * gets the focus. Without this the page's body gets it, and the next Tab begins at the top.
 */
export class FocusKeeper implements IDisposable {
  /** @param _root can be focused itself (it has a tabindex): the last resort */
  constructor(private readonly _root: HTMLElement) {
    _root.addEventListener('focusin', this._onFocus);
    _root.addEventListener('focusout', this._onBlur);
    this._observer.observe(_root, { childList: true, subtree: true, attributeFilter: ['disabled', 'hidden'] });
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    this._observer.disconnect();
    this._root.removeEventListener('focusin', this._onFocus);
    this._root.removeEventListener('focusout', this._onBlur);
  }

  private readonly _onFocus = (event: FocusEvent): void => {
    this._path = pathTo(event.target as HTMLElement, this._root);
  };

  /** The focus moved elsewhere, unless its element is being removed. */
  private readonly _onBlur = (event: FocusEvent): void => {
    if (event.relatedTarget !== null || document.hasFocus()) {
      queueMicrotask(() => {
        if (this._path[0]?.isConnected && !isOff(this._path[0]) && document.activeElement !== this._path[0]) {
          this._path = [];
        }
      });
    }
  };

  private _keep(): void {
    const [last] = this._path;
    const now = document.activeElement;
    const elsewhere = now !== null && now !== document.body && now !== last;
    if (last === undefined || elsewhere || (last.isConnected && !isOff(last))) {
      return;
    }
    const left = this._path.slice(1).find(element => element.isConnected) ?? this._root;
    const next = left === this._root ? null : left.querySelector<HTMLElement>(FOCUSABLE);
    (next ?? this._root).focus({ preventScroll: next === null });
  }

  private readonly _observer = new MutationObserver(() => this._keep());
  /** The focused element, and its ancestors up to the root. */
  private _path: readonly HTMLElement[] = [];
  private _disposed = false;
}

function isOff(element: HTMLElement): boolean {
  return element.matches(':disabled') || element.closest('[hidden]') !== null;
}

function pathTo(element: HTMLElement, root: HTMLElement): HTMLElement[] {
  const path: HTMLElement[] = [];
  for (let at: HTMLElement | null = element; at !== null && at !== root; at = at.parentElement) {
    path.push(at);
  }
  return path.length > 0 ? [...path, root] : [];
}
