import type * as wire from '../../wire';

/** After so many edits of a document its whole text is kept, so that every text is near a kept one. */
const CHECKPOINT_EVERY = 100;

/** An edit with its time (ms since the epoch) and the text that it deleted. */
export interface IStep {
  edit: wire.StepOut;
  at: number;
  removed: string;
}

/** What lies between two offsets of a text, in UTF-16 code units. */
export interface ISpan {
  from: number;
  to: number;
}

/** One document while it is being written. */
class Writing {
  readonly steps: number[] = [];
  private readonly _edits: wire.StepOut[] = [];
  private readonly _checkpoints: string[] = [''];
  private _at = 0;
  private _text = '';

  /** Apply the edit with this number of the whole history; returns the deleted text. */
  add(edit: wire.StepOut, step: number): string {
    const before = this.text(this._edits.length);
    this._text = applied(before, edit);
    this._edits.push(edit);
    this.steps.push(step);
    this._at = this._edits.length;
    if (this._at % CHECKPOINT_EVERY === 0) {
      this._checkpoints.push(this._text);
    }
    return before.slice(edit.start, edit.start + edit.deleted);
  }

  /** The text after its first `count` edits. */
  text(count: number): string {
    const checkpoint = Math.floor(count / CHECKPOINT_EVERY);
    if (count < this._at || checkpoint * CHECKPOINT_EVERY > this._at) {
      this._at = checkpoint * CHECKPOINT_EVERY;
      this._text = this._checkpoints[checkpoint];
    }
    for (; this._at < count; this._at++) {
      this._text = applied(this._text, this._edits[this._at]);
    }
    return this._text;
  }
}

/** The history of the documents of a session: every text, at every moment. */
export class History {
  readonly steps: IStep[] = [];
  private readonly _writings = new Map<string, Writing>();

  /** The documents, in the order of their first edit. */
  get documents(): string[] {
    return [...this._writings.keys()];
  }

  /** The next edits, in order. */
  add(edits: readonly wire.StepOut[]): void {
    for (const edit of edits) {
      const writing = this._writings.get(edit.document) ?? new Writing();
      this._writings.set(edit.document, writing);
      const removed = writing.add(edit, this.steps.length);
      this.steps.push({ edit, at: Date.parse(edit.created_at), removed });
    }
  }

  /** How many steps were done at `time`. */
  upTo(time: number): number {
    return countUpTo(this.steps, step => step.at, time);
  }

  /** When the next (1) or previous (-1) change was, seen from after the first `count` steps; some are at one time. */
  neighbour(count: number, direction: 1 | -1): number | undefined {
    if (direction > 0) {
      return this.steps[count]?.at;
    }
    const now = this.steps[count - 1]?.at ?? -Infinity;
    return this.steps[countUpTo(this.steps, step => step.at, now - 1) - 1]?.at;
  }

  /** The last of the first `count` steps that is about `document`. */
  last(document: string, count: number): IStep | null {
    const steps = this._writings.get(document)?.steps ?? [];
    const done = countUpTo(steps, step => step, count - 1);
    return done > 0 ? this.steps[steps[done - 1]] : null;
  }

  /** The text of a document after the first `count` steps of the session; empty when it is not there yet. */
  text(document: string, count: number): string {
    const writing = this._writings.get(document);
    return writing ? writing.text(countUpTo(writing.steps, step => step, count - 1)) : '';
  }

  /** Where lines (from 1, both included) of snapshot `n` are after the first `count` steps; null while they are not. */
  follow(n: number, lines: { start: number; end: number }, count: number): ISpan | null {
    const origin = this.steps.findIndex(step => step.edit.n === n);
    if (origin < 0 || origin >= count) {
      return null;
    }
    const { document } = this.steps[origin].edit;
    const key = `${n} ${lines.start} ${lines.end}`;
    let span = this._spans.get(key) ?? spanOf(this.text(document, origin + 1), lines);
    this._spans.set(key, span);
    for (const { edit } of this.steps.slice(origin + 1, count)) {
      if (edit.document === document) {
        span = { from: moved(span.from, edit), to: Math.max(moved(span.to, edit), moved(span.from, edit)) };
      }
    }
    return span;
  }

  private readonly _spans = new Map<string, ISpan>();
}

function applied(text: string, { start, deleted, inserted }: wire.StepOut): string {
  return text.slice(0, start) + inserted + text.slice(start + deleted);
}

/** Where an offset is after an edit. */
function moved(offset: number, { start, deleted, inserted }: wire.StepOut): number {
  if (offset <= start) {
    return offset;
  }
  return offset >= start + deleted ? offset + inserted.length - deleted : start + inserted.length;
}

function spanOf(text: string, { start, end }: { start: number; end: number }): ISpan {
  let from = 0;
  for (let line = 1; line < start && from >= 0; line++) {
    from = text.indexOf('\n', from) + 1 || text.length;
  }
  let to = from - 1;
  for (let line = start; line <= end && to < text.length; line++) {
    const found = text.indexOf('\n', to + 1);
    to = found < 0 ? text.length : found;
  }
  return { from, to: Math.max(from, to) };
}

/** How many of the sorted `items` are at or before `limit`. */
export function countUpTo<T>(items: readonly T[], position: (item: T) => number, limit: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (position(items[middle]) <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
