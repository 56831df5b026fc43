import { presentableDiff } from '@codemirror/merge';
import { StateEffect, StateField, type Extension, type Range, type Text } from '@codemirror/state';
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view';

import type { ISpan, IStep } from './history';

/** Larger changes are shown as a whole: nobody reads them word by word. */
const COMPARED = 20_000;
/** Characters of what was deleted that are shown. */
const SHOWN = 600;

/** What is marked in a text: how it was changed last, and what a question is about. */
export interface IMarks {
  step: IStep | null;
  asked: ISpan | null;
}

export const setMarks = StateEffect.define<IMarks>();

const inserted = Decoration.mark({ class: 'jp-codeassess-inserted' });
const line = Decoration.line({ class: 'jp-codeassess-asked' });

/** Shows what the last `setMarks` said. */
export const marks: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    const effect = transaction.effects.find(candidate => candidate.is(setMarks));
    if (!effect) {
      return shown.map(transaction.changes);
    }
    const { step, asked } = effect.value as IMarks;
    const { doc } = transaction.state;
    const ranges: Range<Decoration>[] = step ? changed(lineByLine(step, doc), doc.length) : [];
    for (let offset = asked?.from ?? Infinity; asked && offset <= Math.min(asked.to, doc.length); ) {
      const { from, to } = doc.lineAt(offset);
      ranges.push(line.range(from));
      offset = to + 1;
    }
    return Decoration.set(ranges, true);
  },
  provide: field => EditorView.decorations.from(field)
});

/** What was inserted or deleted as a whole, told from the start of a line on where that is the same change. */
function lineByLine(step: IStep, doc: Text): IStep {
  const { inserted, start, deleted } = step.edit;
  const moving = inserted || step.removed;
  if ((inserted !== '' && deleted > 0) || !moving.includes('\n')) {
    return step;
  }
  const { from } = doc.lineAt(Math.min(start, doc.length));
  const before = doc.sliceString(from, start);
  if (!moving.endsWith(before)) {
    return step;
  }
  const moved = before + moving.slice(0, moving.length - before.length);
  const edit = { ...step.edit, start: from, inserted: inserted && moved };
  return { ...step, edit, removed: step.removed && moved };
}

/** What came and what went with a change. */
function changed({ edit, removed }: IStep, length: number): Range<Decoration>[] {
  const whole = [{ fromA: 0, toA: removed.length, fromB: 0, toB: edit.inserted.length }];
  const small = removed.length > 0 && removed.length + edit.inserted.length < COMPARED;
  const changes = small ? presentableDiff(removed, edit.inserted, { scanLimit: 500, timeout: 20 }) : whole;
  const ranges: Range<Decoration>[] = [];
  for (const { fromA, toA, fromB, toB } of changes) {
    const [from, to] = [edit.start + fromB, Math.min(edit.start + toB, length)];
    if (toA > fromA) {
      ranges.push(Decoration.widget({ widget: new Deleted(removed.slice(fromA, toA)), side: -1 }).range(from));
    }
    if (to > from) {
      ranges.push(inserted.range(from, to));
    }
  }
  return ranges;
}

/** Text that is no longer there. */
class Deleted extends WidgetType {
  constructor(private readonly _text: string) {
    super();
  }

  override eq(other: Deleted): boolean {
    return other._text === this._text;
  }

  override toDOM(): HTMLElement {
    const node = document.createElement('del');
    node.className = 'jp-codeassess-deleted';
    node.textContent = this._text.length > SHOWN ? `${this._text.slice(0, SHOWN)} …` : this._text;
    return node;
  }
}
