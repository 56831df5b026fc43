import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Unnumbered } from '../connection/outbox';
import type { Cause } from '../wire';
import type { Documents } from './documents';
import { PageWatcher } from './page';
import { codeUpdate, hashed, storable, TooBig, type IText } from './update';
import type { IHappening, Watcher } from './watcher';

/** What was last recorded of each document from this browser. */
export interface ITexts {
  text(uri: string): Promise<string | undefined>;
}

/** A document that came back older than what was recorded of it. */
export interface ILost {
  watcher: Watcher;
  code: string;
}

/** Turns what the watchers see into messages, in order. */
export class Recorder implements IDisposable {
  constructor(
    private readonly _documents: Documents,
    private readonly _texts: ITexts,
    private readonly _post: (message: Unnumbered) => void
  ) {
    _documents.opened.connect(this._onOpened, this);
  }

  /** Emitted when `lost` or `tooBig` is another. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A reload lost changes of this document that were recorded: the candidate says which text counts. */
  get lost(): ILost | null {
    return this._lost.find(({ watcher }) => !watcher.isDisposed) ?? null;
  }

  /** Paths of documents that are too large to be recorded. */
  get tooBig(): ReadonlySet<string> {
    return this._tooBig;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Bring back what was recorded, or go on with the file as it is. */
  settle(lost: ILost, restore: boolean): void {
    this._lost = this._lost.filter(other => other !== lost);
    if (restore) {
      lost.watcher.restore(lost.code);
    }
    this._onChange(lost.watcher, 'open');
    this._changed.emit();
  }

  /** Tell every text again: another window wrote in the meantime. */
  refresh(): void {
    this._last.clear();
    const unsettled = new Set(this._lost.map(({ watcher }) => watcher));
    this._documents.watchers.filter(watcher => !unsettled.has(watcher)).forEach(watcher => this._onChange(watcher, 'open'));
  }

  /** Tell now what was gathered; resolves when it is among the messages. */
  async flush(): Promise<void> {
    this._gather();
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
    watcher.happened.connect(this._onHappening, this);
    watcher.context.pathChanged.connect(() => this._onChange(watcher, 'other'));
    const before = watcher.text();
    const last = this._last.has(before.uri) ? undefined : await this._texts.text(before.uri); // of the page before this one
    if (last === undefined || last === storable(before.code)) {
      this._onChange(watcher, 'open');
    } else {
      this._lost.push({ watcher, code: last });
      this._changed.emit();
    }
  }

  private _onChange(watcher: Watcher, cause: Cause): void {
    const text = watcher.text();
    if (this._last.get(text.uri) === text.code) {
      return; // it came back to where it was
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
      this._tooBig.delete(text.uri);
    } catch (problem) {
      if (!(problem instanceof TooBig)) {
        throw problem;
      }
      this._tooBig.add(text.uri);
    }
  }

  private _onHappening(_: unknown, { kind, detail }: IHappening): void {
    if (this._documents.paths.length > 0) {
      const activity = { message_type: 'activity', kind, ...(detail && { detail }) } as const;
      this._enqueue(activity, Promise.resolve(activity));
    }
  }

  /** One after the other: a hash takes longer for a large text than for the small one after it. */
  private _enqueue(message: Unnumbered, whole: Promise<Unnumbered>): void {
    this._waiting.push(message);
    this._queue = Promise.all([whole, this._queue]).then(([whole]) => {
      if (this._waiting[0] === message && !this._disposed) {
        this._waiting.shift();
        this._post(whole);
      }
    });
  }

  private _gather(): void {
    this._documents.watchers.forEach(watcher => watcher.flush());
  }

  /** The page may be gone before a hash is there: everything goes without one, now. */
  private readonly _hurry = (): void => {
    this._gather();
    this._waiting.splice(0).forEach(message => this._post(message));
  };

  private readonly _changed = new Signal<this, void>(this);
  private readonly _page = new PageWatcher(happening => {
    this._gather();
    this._onHappening(null, happening);
  }, this._hurry);
  private readonly _last = new Map<string, string>();
  private readonly _tooBig = new Set<string>();
  private _lost: ILost[] = [];
  /** What has no hash yet, in order. */
  private _waiting: Unnumbered[] = [];
  private _queue: Promise<void> = Promise.resolve();
  private _disposed = false;
}
