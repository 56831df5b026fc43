import type { VDomRenderer } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';

/** What a view shows and listens to. Like `VDomModel`, but it needs no page, so that it can be tested without one. */
export abstract class Model implements VDomRenderer.IModel {
  readonly stateChanged = new Signal<this, void>(this);

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    Signal.clearData(this);
  }

  private _disposed = false;
}
