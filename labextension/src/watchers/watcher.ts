import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Cause } from '../wire';
import { Coalescer } from './coalescer';
import type { IText } from './update';

/** What happened besides text: told to the server as an activity. */
export interface IHappening {
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

  /** Make the text what it was: the `code` of an earlier `text()`. */
  abstract restore(code: string): void;

  get context(): DocumentRegistry.Context {
    return this.widget.context;
  }

  get path(): string {
    return this.context.path;
  }

  /** The text may be another; with the reason. */
  get changed(): ISignal<this, Cause> {
    return this._changed;
  }

  get happened(): ISignal<this, IHappening> {
    return this._happened;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Tell what was gathered, now. */
  flush(): void {
    this._coalescer.flush();
  }

  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._coalescer.dispose(); // tells the last change
    this._disposed = true;
    this.widget.node.removeEventListener('paste', this._onPaste, true);
    this.widget.node.removeEventListener('cut', this._onCut, true);
    Signal.clearData(this);
  }

  protected touch(cause: Cause): void {
    this._coalescer.touch(cause);
  }

  /** Tell what happened, after the text in which it happened. */
  protected tell(happening: IHappening, cause: Cause): void {
    this.touch(cause);
    this.flush();
    this._happened.emit(happening);
  }

  private _onSave(_: unknown, state: DocumentRegistry.SaveState): void {
    if (state === 'completed') {
      this.tell({ kind: 'save' }, 'save');
    }
  }

  // What was typed before goes in an update of its own, so that a paste is known with its size.
  private readonly _onPaste = (): void => {
    this.flush();
    this.touch('paste');
  };

  private readonly _onCut = (): void => {
    this.flush();
    this.touch('cut');
  };

  private readonly _changed = new Signal<this, Cause>(this);
  private readonly _happened = new Signal<this, IHappening>(this);
  private readonly _coalescer = new Coalescer(cause => this._changed.emit(cause));
  private _disposed = false;
}
