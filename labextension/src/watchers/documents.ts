import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { FileEditor, IEditorTracker } from '@jupyterlab/fileeditor';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import { FileWatcher } from './editor';
import { NotebookWatcher } from './notebook';
import type { Watcher } from './watcher';

/** A document, or a folder of documents, with another path. */
export interface IRename {
  from: string;
  to: string;
}

/** The documents that the candidate put into the session, and a watcher for each open one. */
export class Documents implements IDisposable {
  /** @param _front the active document, if there is one */
  constructor(
    private readonly _notebooks: INotebookTracker,
    private readonly _editors: IEditorTracker | null,
    private readonly _front: () => Widget | null = () => null
  ) {
    _notebooks.widgetAdded.connect(this._onOpened, this);
    _editors?.widgetAdded.connect(this._onOpened, this);
  }

  /** Paths, in the order in which they were added. */
  get paths(): readonly string[] {
    return [...this._paths];
  }

  /** Emitted when a path was added, removed or renamed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted when a document of the session has another path. */
  get renamed(): ISignal<this, IRename> {
    return this._renamed;
  }

  /** Paths that the candidate took out of the session. */
  get removed(): ReadonlySet<string> {
    return this._removed;
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

  /** The active document, when it can be recorded. */
  current(): string | null {
    const notebook = this._notebooks.currentWidget;
    const editor = this._editors?.currentWidget ?? null;
    const front = this._front();
    const found = [notebook, editor].find(widget => widget !== null && widget === front);
    const visible = [notebook, editor].find(widget => widget?.isVisible);
    return (found ?? visible ?? notebook ?? editor)?.context.path ?? null;
  }

  /** Every open notebook and file, also those that are not in the session. */
  get open(): readonly IDocumentWidget[] {
    const found: IDocumentWidget[] = [];
    this._notebooks.forEach(widget => found.push(widget));
    this._editors?.forEach(widget => found.push(widget));
    return found;
  }

  /** Emitted when another one is open and loaded. */
  get shown(): ISignal<this, IDocumentWidget> {
    return this._shown;
  }

  /** The text of an open document, as it would be recorded. */
  codeOf(path: string): string | undefined {
    const widget = this.open.find(({ context }) => context.path === path);
    if (widget === undefined) {
      return undefined;
    }
    const watcher = this._watchers.get(path) ?? this._watcherOf(widget);
    const { code } = watcher.text();
    if (watcher !== this._watchers.get(path)) {
      watcher.dispose();
    }
    return code;
  }

  /** By path of an open document that is not recorded: the missing recorded document that it may be. */
  get successors(): ReadonlyMap<string, string> {
    return this._successors;
  }

  /** A document does not exist any more, and another open one may be the same: the candidate decides. */
  wonder({ from, to }: IRename): void {
    this._successors.set(to, from);
    this._changed.emit();
  }

  /** A document does not exist any more, and is the same as one that is open under another path. */
  goOn({ from, to }: IRename): void {
    this._successors.delete(to);
    this.savedAs({ from, to });
    this._watchOpen();
  }

  add(path: string): void {
    if (!this._paths.has(path)) {
      this._paths.add(path);
      this._removed.delete(path);
      this._successors.delete(path);
      this._watchOpen();
      this._changed.emit();
    }
  }

  remove(path: string): void {
    if (this._paths.delete(path)) {
      this._removed.add(path);
      this._stop(path);
      this._changed.emit();
    }
  }

  clear(): void {
    [...this._paths].forEach(path => this.remove(path));
    this._successors.clear();
    this._removed.clear();
  }

  /** A file or a folder has another path: rename its recorded documents. */
  follow({ from, to }: IRename): void {
    for (const path of this._paths) {
      if (this._watchers.has(path)) {
        continue; // it signals its new name itself
      }
      if (path === from || path.startsWith(`${from}/`)) {
        this._move(path, to + path.slice(from.length));
      }
    }
  }

  /** A document was saved under another path and is recorded there; the old file is a copy. */
  savedAs({ from, to }: IRename): void {
    if (this._paths.has(from)) {
      this._stop(from);
      this._move(from, to);
    }
  }

  dispose(): void {
    this._disposed = true;
    this._watchers.forEach(watcher => watcher.dispose());
    Signal.clearData(this);
  }

  private _watchOpen(): void {
    this.open.forEach(widget => void this._watch(widget));
  }

  private _onOpened(_: unknown, widget: IDocumentWidget): void {
    void this._watch(widget);
  }

  private _watcherOf(widget: IDocumentWidget): Watcher {
    const notebook = this._notebooks.find(panel => panel === widget);
    return notebook ? new NotebookWatcher(notebook) : new FileWatcher(widget as IDocumentWidget<FileEditor>);
  }

  /** Watch a widget's document if it belongs to the session. A second view of it adds nothing. */
  private async _watch(widget: IDocumentWidget): Promise<void> {
    await widget.context.ready; // otherwise loading would count as an edit
    this._shown.emit(widget);
    const { path } = widget.context;
    if (this._disposed || widget.isDisposed || !this._paths.has(path) || this._watchers.has(path)) {
      return;
    }
    const watcher = this._watcherOf(widget);
    this._watchers.set(path, watcher);
    watcher.context.pathChanged.connect(this._onRename, this);
    widget.disposed.connect(() => this._stop(watcher.path));
    this._opened.emit(watcher);
  }

  private _stop(path: string): void {
    this._watchers.get(path)?.dispose();
    this._watchers.delete(path);
  }

  /** An open document was renamed, moved, or saved as another. */
  private _onRename(): void {
    for (const [old, { path }] of [...this._watchers]) {
      if (path !== old) {
        this._move(old, path);
      }
    }
  }

  private _move(from: string, to: string): void {
    const watcher = this._watchers.get(from);
    if (!this._paths.delete(from)) {
      return;
    }
    this._watchers.delete(from);
    if (watcher) {
      this._watchers.get(to)?.dispose(); // the document that had this path is overwritten
      this._watchers.set(to, watcher);
    }
    this._paths.add(to);
    this._renamed.emit({ from, to });
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _shown = new Signal<this, IDocumentWidget>(this);
  private readonly _renamed = new Signal<this, IRename>(this);
  private readonly _removed = new Set<string>();
  private readonly _successors = new Map<string, string>();
  private readonly _opened = new Signal<this, Watcher>(this);
  private readonly _paths = new Set<string>();
  private readonly _watchers = new Map<string, Watcher>();
  private _disposed = false;
}
