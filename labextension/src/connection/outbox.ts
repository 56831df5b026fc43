import { Signal, type ISignal } from '@lumino/signaling';

import type { Database, IEntry, Numbered } from './store';

/** A message before it has a number. */
export type Unnumbered = Numbered extends infer M ? (M extends Numbered ? Omit<M, 'seq'> : never) : never;

/** Two states of one text that were never sent become one when they lie nearer than this (ms) … */
const MERGE_WITHIN = 2_000;
/** … or when so many characters wait that the browser's quota is in sight. */
const MERGE_ABOVE = 8 * 1024 * 1024;

/**
 * The messages of one session that the server has not acknowledged, in order, each with its number.
 *
 * What is in memory is in IndexedDB too (`settled` tells when), so that a reload or a crash loses nothing. Numbers are
 * contiguous; the first is 1.
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
  static async open(database: Database | null, session: string, now: () => number = Date.now): Promise<Outbox> {
    if (database === null) {
      return new Outbox(null, session, [], 0, now);
    }
    const outbox = new Outbox(database, session, [], 0, now);
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

  /** Resolves when the browser's storage agrees with what is in memory. */
  get settled(): Promise<void> {
    return this._settled;
  }

  /** Whether the browser refused to store something. */
  get leaky(): boolean {
    return this._leaky || this._database === null;
  }

  /** Read again what another tab may have written, before this one goes on. */
  async reload(): Promise<void> {
    if (this._database !== null) {
      await this._settled;
      this._entries = await this._database.getAll('outbox', everything(this.session));
      const progress = await this._database.get('progress', this.session);
      this._acked = progress?.acked ?? (this._entries[0]?.seq ?? 1) - 1;
    }
  }

  /** Put a message at the end. The last one gives way to it when it was never sent and is made pointless by this one.
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
    const kept = this._entries.filter(entry => entry.seq > seq);
    const shortened = kept.length !== this._entries.length;
    this._entries = kept;
    this._store(async database => {
      const change = database.transaction(['outbox', 'progress'], 'readwrite');
      await change.objectStore('outbox').delete(IDBKeyRange.bound([this.session, 0], [this.session, seq]));
      await change.objectStore('progress').put({ session: this.session, acked: this._acked });
      await change.done;
    });
    if (shortened) {
      this._changed.emit();
    }
  }

  /** The server stands elsewhere than we thought: number everything from `seq` on anew, from `expected`. */
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
    this._entries = this._entries.filter(entry => entry.seq !== seq);
    this.renumber(seq, seq);
  }

  /** Change a message that was refused in a way that can be mended. */
  amend(seq: number, mend: (message: Numbered) => Numbered): void {
    this._replaceAll(this._entries.map(entry => (entry.seq === seq ? { ...entry, message: mend(entry.message) } : entry)));
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
    return this._entries.reduce((sum, { message }) => sum + ('code' in message ? (message.code?.length ?? 0) : 0), 0);
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

  /** Queue one write; they happen in the order in which they were asked for. */
  private _store(write: (database: Database) => Promise<unknown>): void {
    const database = this._database;
    if (database === null) {
      return;
    }
    this._settled = this._settled.then(async () => {
      try {
        await write(database);
      } catch {
        this._leaky = true; // quota, private window: memory still has it
      }
    });
  }

  private readonly _changed = new Signal<this, void>(this);
  private _settled: Promise<void> = Promise.resolve();
  private _leaky = false;
}

function everything(session: string): IDBKeyRange {
  return IDBKeyRange.bound([session, 0], [session, Infinity]);
}
