import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Cause } from '../wire';
import { Coalescer } from './coalescer';
import type { IText } from './update';

/** What happened besides edits; sent to the server as an activity. */
export interface IActivity {
  kind: string;
  detail?: Record<string, string | number | boolean>;
}

/** Watches one open document. Subclasses say where its text is and when it changes. */
export abstract class Watcher implements IDisposable {
  constructor(readonly widget: IDocumentWidget) {
    this.context.saveState.connect(this._onSave, this);
    this.context.disposed.connect(this.dispose, this);
    widget.node.addEventListener('paste', this._onPaste, true);
    widget.node.addEventListener('cut', this._onCut, true);
  }

  abstract text(): IText;

  /** Restore an earlier text: the `code` of an earlier `text()`. */
  abstract restore(code: string): void;

  get context(): DocumentRegistry.Context {
    return this.widget.context;
  }

  get path(): string {
    return this.context.path;
  }

  /** The text may have changed; with the cause. */
  get changed(): ISignal<this, Cause> {
    return this._changed;
  }

  get activityHappened(): ISignal<this, IActivity> {
    return this._activityHappened;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Tell the latest changes now. */
  flush(): void {
    this._coalescer.flush();
  }

  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._coalescer.dispose(); // signals the last change
    this._disposed = true;
    this.widget.node.removeEventListener('paste', this._onPaste, true);
    this.widget.node.removeEventListener('cut', this._onCut, true);
    Signal.clearData(this);
  }

  protected touch(cause: Cause): void {
    this._coalescer.touch(cause);
  }

  /** Tell an activity, after the text at that moment. */
  protected tell(activity: IActivity, cause: Cause): void {
    this.touch(cause);
    this.flush();
    this._activityHappened.emit(activity);
  }

  private _onSave(_: unknown, state: DocumentRegistry.SaveState): void {
    if (state === 'completed') {
      this.tell({ kind: 'save' }, 'save');
    }
  }

  // Record what was typed before in an update of its own, so that the size of a paste is known.
  private readonly _onPaste = (): void => {
    this.flush();
    this.touch('paste');
  };

  private readonly _onCut = (): void => {
    this.flush();
    this.touch('cut');
  };

  private readonly _changed = new Signal<this, Cause>(this);
  private readonly _activityHappened = new Signal<this, IActivity>(this);
  private readonly _coalescer = new Coalescer(cause => this._changed.emit(cause));
  private _disposed = false;
}
