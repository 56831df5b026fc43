import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { FileEditor, IEditorTracker } from '@jupyterlab/fileeditor';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Unnumbered } from '../connection/outbox';
import type { Cause } from '../wire';
import { FileWatcher } from './editor';
import { NotebookWatcher } from './notebook';
import { codeUpdate, TooBig } from './update';
import type { IHappening, Watcher } from './watcher';

/** The documents that the candidate put into the session, and nothing else, as messages. */
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

  /** What is to be recorded, in order. */
  get recorded(): ISignal<this, Unnumbered> {
    return this._recorded;
  }

  /** A document is too large to be recorded: its path, or null when none is any more. */
  get tooBig(): string | null {
    return this._tooBig;
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

  /** Tell now what was gathered; resolves when it is among the messages. */
  async flush(): Promise<void> {
    this._watchers.forEach(watcher => watcher.flush());
    await this._queue;
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
    watcher.changed.connect(this._onChange, this);
    watcher.happened.connect(this._onHappening, this);
    watcher.context.pathChanged.connect(this._onRename, this);
    widget.disposed.connect(() => this._stop(watcher.path));
    this._onChange(watcher, 'open');
  }

  private _stop(path: string): void {
    this._watchers.get(path)?.dispose();
    this._watchers.delete(path);
    this._last.delete(path);
  }

  private _onRename(): void {
    for (const [old, watcher] of [...this._watchers]) {
      if (watcher.path !== old) {
        this._watchers.delete(old);
        this._watchers.set(watcher.path, watcher);
        this._paths.delete(old);
        this._paths.add(watcher.path);
        this._onChange(watcher, 'other');
      }
    }
    this._changed.emit();
  }

  private _onChange(watcher: Watcher, cause: Cause): void {
    const text = watcher.text();
    if (this._last.get(text.uri) === text.code) {
      return; // moved through outputs, or came back to where it was
    }
    this._last.set(text.uri, text.code);
    this._enqueue(async () => {
      try {
        this._recorded.emit(await codeUpdate(text, cause));
        this._report(text.uri, false);
      } catch (problem) {
        this._report(text.uri, problem instanceof TooBig);
      }
    });
  }

  private _onHappening(_: unknown, { kind, detail }: IHappening): void {
    this._enqueue(async () => this._recorded.emit({ message_type: 'activity', kind, ...(detail && { detail }) }));
  }

  private _report(path: string, tooBig: boolean): void {
    const before = this._tooBig;
    if (tooBig) {
      this._tooBig = path;
    } else if (before === path) {
      this._tooBig = null;
    }
    if (before !== this._tooBig) {
      this._changed.emit();
    }
  }

  /** One after the other: a hash takes longer for a large text than for the small one after it. */
  private _enqueue(work: () => Promise<void>): void {
    this._queue = this._queue.then(work);
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _recorded = new Signal<this, Unnumbered>(this);
  private readonly _paths = new Set<string>();
  private readonly _watchers = new Map<string, Watcher>();
  private readonly _last = new Map<string, string>();
  private _tooBig: string | null = null;
  private _queue: Promise<void> = Promise.resolve();
  private _disposed = false;
}
