import { Signal, type ISignal } from '@lumino/signaling';

import { now } from './clock';
import type { Database, IEntry, Numbered } from './store';

/** A message before it has a number. */
export type Unnumbered = Numbered extends infer M ? (M extends Numbered ? Omit<M, 'seq'> : never) : never;

/** Two texts of one document that were never sent are merged when there is less time (ms) between them … */
const MERGE_WITHIN = 2_000;
/** … or when more characters wait, so that the browser's quota is not used up. */
const MERGE_ABOVE = 8 * 1024 * 1024;
/** How long (ms) acknowledged messages may stay in the store, so that deleting them does not delay typing. */
const TIDY_AFTER = 3_000;

/**
 * The messages of one session that the server has not acknowledged, in order, each with its number, and the text that
 * was last recorded of each document.
 *
 * A message is put into IndexedDB when it is added, so that a reload or a crash loses nothing. Acknowledged ones are
 * deleted later, many at once, which delays typing less; to send one again is harmless. Numbers are contiguous; the
 * first is 1.
 */
export class Outbox {
  private constructor(
    private readonly _database: Database | null,
    readonly session: string,
    private _entries: IEntry[],
    private _acked: number,
    private readonly _now: () => number
  ) {}

  /** @param database null when the browser grants no storage: then a reload loses what is not acknowledged */
  static async open(database: Database | null, session: string, clock: () => number = now): Promise<Outbox> {
    if (database === null) {
      return new Outbox(null, session, [], 0, clock);
    }
    const outbox = new Outbox(database, session, [], 0, clock);
    await outbox.reload();
    return outbox;
  }

  /** Emitted when an entry was added or taken away. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get entries(): readonly IEntry[] {
    return this._entries;
  }

  /** Make the browser's storage agree with what is in memory. */
  settle(): Promise<void> {
    clearTimeout(this._tidying);
    this._tidy();
    return this._settled;
  }

  /** The text of a document as it was last recorded from this browser. */
  async text(uri: string): Promise<string | undefined> {
    const entry = this._entries.findLast(({ message }) => documentOf(message) === uri);
    const known = entry ? codeOf(entry.message) : this._texts.get(uri);
    return known ?? (await this._database?.get('texts', [this.session, uri]));
  }

  /** Whether the browser refused to store something. */
  get leaky(): boolean {
    return this._leaky || this._database === null;
  }

  /** Read what another tab may have written, before this one continues. */
  async reload(): Promise<void> {
    if (this._database !== null) {
      await this.settle();
      this._entries = await this._database.getAll('outbox', everything(this.session));
      const progress = await this._database.get('progress', this.session);
      this._acked = progress?.acked ?? (this._entries[0]?.seq ?? 1) - 1;
    }
  }

  /** Add a message at the end. It replaces the last one, if that was never sent and this one makes it superfluous.
   * @param sentUpTo the highest number that was ever sent */
  add(message: Unnumbered, sentUpTo: number): void {
    const last = this._entries.at(-1);
    if (last && last.seq > sentUpTo && this._mayReplace(last, message)) {
      this._entries.pop();
      this._put({ ...last, message: { ...message, seq: last.seq } as Numbered });
    } else {
      const seq = (last?.seq ?? this._acked) + 1;
      this._put({ session: this.session, seq, message: { ...message, seq } as Numbered, at: this._now() });
    }
    this._changed.emit();
  }

  /** The server has everything up to `seq`. */
  acknowledge(seq: number): void {
    if (seq <= this._acked && this._entries.length === 0) {
      return;
    }
    this._acked = Math.max(this._acked, seq);
    const done = this._entries.filter(entry => entry.seq <= seq);
    this._entries = this._entries.filter(entry => entry.seq > seq);
    done.forEach(entry => this._remember(entry));
    this._untidy = true;
    this._tidying ??= setTimeout(() => whenIdle(() => this._tidy()), TIDY_AFTER);
    if (done.length > 0) {
      this._changed.emit();
    }
  }

  /** The server expects another number: number the messages from `seq` on from `expected` on. */
  renumber(seq: number, expected: number): void {
    const before = this._entries.filter(entry => entry.seq < seq);
    const after = this._entries.filter(entry => entry.seq >= seq);
    const moved = after.map((entry, i) => {
      const fresh = expected + i;
      return { ...entry, seq: fresh, message: { ...entry.message, seq: fresh } };
    });
    this._acked = before.length ? this._acked : expected - 1;
    this._replaceAll([...before, ...moved]);
  }

  /** The server refuses this message for good and did not use its number: leave it out. */
  drop(seq: number): void {
    this._entries.filter(entry => entry.seq === seq).forEach(entry => this._remember(entry));
    this._entries = this._entries.filter(entry => entry.seq !== seq);
    this.renumber(seq, seq);
  }

  /** Change a message that was refused, so that it can be sent again. */
  amend(seq: number, mend: (message: Numbered) => Numbered): void {
    this._replaceAll(
      this._entries.map(entry => (entry.seq === seq ? { ...entry, message: mend(entry.message) } : entry))
    );
  }

  private _mayReplace(last: IEntry, message: Unnumbered): boolean {
    const before = last.message;
    if (before.message_type !== 'code_update' || message.message_type !== 'code_update') {
      return false;
    }
    const telling = message.cause !== 'typing' || before.cause !== 'typing';
    if (before.document?.uri !== message.document?.uri || telling) {
      return false;
    }
    return this._now() - last.at < MERGE_WITHIN || this._size() > MERGE_ABOVE;
  }

  private _size(): number {
    return this._entries.reduce((sum, { message }) => sum + (codeOf(message)?.length ?? 0), 0);
  }

  /** Remember the text of a deleted message, the last one of its document. */
  private _remember({ message }: IEntry): void {
    const [uri, code] = [documentOf(message), codeOf(message)];
    if (uri !== undefined && code !== undefined) {
      this._texts.set(uri, code);
    }
  }

  /** Delete what is acknowledged from the store, and keep the texts, in one transaction. */
  private _tidy(): void {
    this._tidying = undefined;
    if (!this._untidy) {
      return;
    }
    this._untidy = false;
    const { session, _acked: acked } = this;
    const texts = [...this._texts];
    this._store(async database => {
      const change = database.transaction(['outbox', 'progress', 'texts'], 'readwrite');
      await Promise.all([
        change.objectStore('outbox').delete(IDBKeyRange.bound([session, 0], [session, acked])),
        change.objectStore('progress').put({ session, acked }),
        ...texts.map(([uri, code]) => change.objectStore('texts').put(code, [session, uri])),
        change.done
      ]);
      texts.forEach(([uri, code]) => this._texts.get(uri) === code && this._texts.delete(uri));
    });
  }

  private _put(entry: IEntry): void {
    this._entries = [...this._entries, entry];
    this._store(database => database.put('outbox', entry));
  }

  private _replaceAll(entries: IEntry[]): void {
    this._entries = entries;
    this._store(async database => {
      const change = database.transaction('outbox', 'readwrite');
      await change.store.delete(everything(this.session));
      await Promise.all(entries.map(entry => change.store.put(entry)));
      await change.done;
    });
    this._changed.emit();
  }

  /** Begin one write now, because the page may close. The store does the writes in the order in which they begin. */
  private _store(write: (database: Database) => Promise<unknown>): void {
    const database = this._database;
    if (database === null) {
      return;
    }
    const writing = (async () => {
      try {
        await write(database);
      } catch {
        this._leaky = true; // quota, private window: it stays in memory
      }
    })();
    this._settled = Promise.all([this._settled, writing]).then(() => undefined);
  }

  private readonly _changed = new Signal<this, void>(this);
  private _settled: Promise<void> = Promise.resolve();
  private _leaky = false;
  /** Texts of deleted messages that are not in the store of texts yet. */
  private readonly _texts = new Map<string, string>();
  private _untidy = false;
  private _tidying: ReturnType<typeof setTimeout> | undefined;
}

function documentOf(message: Numbered): string | undefined {
  return message.message_type === 'code_update' ? message.document?.uri : undefined;
}

function codeOf(message: Numbered): string | undefined {
  return message.message_type === 'code_update' ? (message.code ?? undefined) : undefined;
}

/** When the page is idle, in browsers that tell. */
function whenIdle(work: () => void): void {
  if (typeof requestIdleCallback === 'function') {
    requestIdleCallback(work, { timeout: 1_000 });
  } else {
    work();
  }
}

function everything(session: string): IDBKeyRange {
  return IDBKeyRange.bound([session, 0], [session, Infinity]);
}
