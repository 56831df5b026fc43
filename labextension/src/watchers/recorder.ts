import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Unnumbered } from '../connection/outbox';
import type { Cause } from '../wire';
import type { Documents, IRename } from './documents';
import { PageWatcher } from './page';
import { codeUpdate, hashed, storable, TooBig, type IText } from './update';
import type { IActivity, Watcher } from './watcher';

/** What was last recorded of each document from this browser. */
export interface ITexts {
  text(uri: string): Promise<string | undefined>;
}

/** A document whose text after a reload is older than what was recorded. */
export interface ILost {
  watcher: Watcher;
  code: string;
}

/** Makes messages of what the watchers signal, in order. */
export class Recorder implements IDisposable {
  constructor(
    private readonly _documents: Documents,
    private readonly _texts: ITexts,
    private readonly _post: (message: Unnumbered) => void
  ) {
    _documents.opened.connect(this._onOpened, this);
    _documents.renamed.connect(this._onRenamed, this);
  }

  /** Emitted when `lost` or `tooBig` changes. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A reload lost recorded changes of this document: the candidate chooses which text to continue with. */
  get lost(): ILost | null {
    return this._lost.find(({ watcher }) => !watcher.isDisposed) ?? null;
  }

  /** Documents that are too large to be recorded, by path: was an earlier, smaller text recorded? */
  get tooBig(): ReadonlyMap<string, boolean> {
    return this._tooBig;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Restore the recorded text, or continue with the file. */
  settle(lost: ILost, restore: boolean): void {
    this._lost = this._lost.filter(other => other !== lost);
    if (restore) {
      lost.watcher.restore(lost.code);
    }
    this._onChange(lost.watcher, 'open');
    this._changed.emit();
  }

  /** Record every text again: another window wrote in the meantime. */
  refresh(): void {
    this._last.clear();
    const unsettled = new Set(this._lost.map(({ watcher }) => watcher));
    this._documents.watchers
      .filter(watcher => !unsettled.has(watcher))
      .forEach(watcher => this._onChange(watcher, 'open'));
  }

  /** Record the latest changes now; resolves when they are among the messages. */
  async flush(): Promise<void> {
    this._flushWatchers();
    await this._queue;
  }

  dispose(): void {
    this._page.dispose();
    this._disposed = true;
    Signal.clearData(this);
    Signal.disconnectReceiver(this);
  }

  private async _onOpened(_: unknown, watcher: Watcher): Promise<void> {
    watcher.changed.connect(this._onChange, this);
    watcher.activityHappened.connect(this._onActivity, this);
    const before = watcher.text();
    const last = this._last.has(before.uri) ? undefined : await this._texts.text(before.uri); // recorded by the page before this one
    if (last !== undefined) {
      this._recorded.add(before.uri);
    }
    if (last === undefined || last === storable(before.code)) {
      this._onChange(watcher, 'open');
    } else {
      this._lost.push({ watcher, code: last });
      this._changed.emit();
    }
  }

  /** Record the same document under its new name. */
  private _onRenamed(_: unknown, { from, to }: IRename): void {
    this._recordActivity({ kind: 'document_renamed', detail: { from, to } });
    this._last.delete(from);
    this._last.delete(to);
    this._recorded.add(to);
    const watcher = this._documents.watchers.find(({ path }) => path === to);
    if (watcher) {
      this._onChange(watcher, 'other');
    }
  }

  private _onChange(watcher: Watcher, cause: Cause): void {
    const text = watcher.text();
    if (this._last.get(text.uri) === text.code) {
      return; // the text is the same as before
    }
    this._last.set(text.uri, text.code);
    const before = this._tooBig.size;
    this._record(text, cause);
    if (this._tooBig.size !== before) {
      this._changed.emit();
    }
  }

  private _record(text: IText, cause: Cause): void {
    try {
      const update = codeUpdate(text, cause);
      this._enqueue(update, hashed(update));
      this._recorded.add(text.uri);
      this._tooBig.delete(text.uri);
    } catch (problem) {
      if (!(problem instanceof TooBig)) {
        throw problem;
      }
      this._tooBig.set(text.uri, this._recorded.has(text.uri));
    }
  }

  private _onActivity(_: unknown, activity: IActivity): void {
    if (this._documents.paths.length > 0) {
      this._recordActivity(activity);
    }
  }

  private _recordActivity({ kind, detail }: IActivity): void {
    const activity = { message_type: 'activity', kind, ...(detail && { detail }) } as const;
    this._enqueue(activity, Promise.resolve(activity));
  }

  /** Post in order: the hash of a large text takes longer than that of a small text after it. */
  private _enqueue(message: Unnumbered, whole: Promise<Unnumbered>): void {
    this._waiting.push(message);
    this._queue = Promise.all([whole, this._queue]).then(([whole]) => {
      if (this._waiting[0] === message && !this._disposed) {
        this._waiting.shift();
        this._post(whole);
      }
    });
  }

  private _flushWatchers(): void {
    this._documents.watchers.forEach(watcher => watcher.flush());
  }

  /** The page may be closed before a hash is computed: post everything now, without it. */
  private readonly _hurry = (): void => {
    this._flushWatchers();
    this._waiting.splice(0).forEach(message => this._post(message));
  };

  private readonly _changed = new Signal<this, void>(this);
  private readonly _page = new PageWatcher(activity => {
    this._flushWatchers();
    this._onActivity(null, activity);
  }, this._hurry);
  private readonly _last = new Map<string, string>();
  private readonly _tooBig = new Map<string, boolean>();
  /** The documents of which the server has, or will get, a text. */
  private readonly _recorded = new Set<string>();
  private _lost: ILost[] = [];
  /** Messages that have no hash yet, in order. */
  private _waiting: Unnumbered[] = [];
  private _queue: Promise<void> = Promise.resolve();
  private _disposed = false;
}
