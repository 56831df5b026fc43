import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { FileEditor, IEditorTracker } from '@jupyterlab/fileeditor';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { FileWatcher } from './editor';
import { NotebookWatcher } from './notebook';
import type { Watcher } from './watcher';

/** The documents that the candidate put into the session: which they are, and a watcher for each that is open. */
export class Documents implements IDisposable {
  constructor(
    private readonly _notebooks: INotebookTracker,
    private readonly _editors: IEditorTracker | null
  ) {
    _notebooks.widgetAdded.connect(this._onNotebook, this);
    _editors?.widgetAdded.connect(this._onEditor, this);
  }

  /** Paths, in the order in which they were added. */
  get paths(): readonly string[] {
    return [...this._paths];
  }

  /** Emitted when a path was added, removed or renamed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when one of the documents is open and loaded. It is watched until it is closed or removed. */
  get opened(): ISignal<this, Watcher> {
    return this._opened;
  }

  get watchers(): readonly Watcher[] {
    return [...this._watchers.values()];
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** The document that the candidate looks at, when it is one that can be recorded. */
  current(): string | null {
    const notebook = this._notebooks.currentWidget;
    const editor = this._editors?.currentWidget ?? null;
    const visible = [notebook, editor].find(widget => widget?.isVisible);
    return (visible ?? notebook ?? editor)?.context.path ?? null;
  }

  add(path: string): void {
    if (!this._paths.has(path)) {
      this._paths.add(path);
      this._notebooks.forEach(widget => this._onNotebook(null, widget));
      this._editors?.forEach(widget => this._onEditor(null, widget));
      this._changed.emit();
    }
  }

  remove(path: string): void {
    if (this._paths.delete(path)) {
      this._stop(path);
      this._changed.emit();
    }
  }

  clear(): void {
    [...this._paths].forEach(path => this.remove(path));
  }

  dispose(): void {
    this._disposed = true;
    this._watchers.forEach(watcher => watcher.dispose());
    Signal.clearData(this);
  }

  private _onNotebook(_: unknown, panel: NotebookPanel): void {
    void this._watch(panel, () => new NotebookWatcher(panel));
  }

  private _onEditor(_: unknown, widget: IDocumentWidget<FileEditor>): void {
    void this._watch(widget, () => new FileWatcher(widget));
  }

  /** Watch a widget's document if it belongs to the session. A second view of it adds nothing. */
  private async _watch(widget: IDocumentWidget, make: () => Watcher): Promise<void> {
    await widget.context.ready; // before, its own loading would count as an edit
    const { path } = widget.context;
    if (this._disposed || widget.isDisposed || !this._paths.has(path) || this._watchers.has(path)) {
      return;
    }
    const watcher = make();
    this._watchers.set(path, watcher);
    watcher.context.pathChanged.connect(this._onRename, this);
    widget.disposed.connect(() => this._stop(watcher.path));
    this._opened.emit(watcher);
  }

  private _stop(path: string): void {
    this._watchers.get(path)?.dispose();
    this._watchers.delete(path);
  }

  private _onRename(): void {
    for (const [old, watcher] of [...this._watchers]) {
      if (watcher.path !== old) {
        this._watchers.delete(old);
        this._watchers.set(watcher.path, watcher);
        this._paths.delete(old);
        this._paths.add(watcher.path);
      }
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _opened = new Signal<this, Watcher>(this);
  private readonly _paths = new Set<string>();
  private readonly _watchers = new Map<string, Watcher>();
  private _disposed = false;
}
