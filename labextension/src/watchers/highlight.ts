import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

import type { ILines } from './relocate';

const mark = Decoration.line({ class: 'jp-codeassess-asked' });
const setLines = StateEffect.define<ILines | null>();

/** The marked lines of a question; they move with the text while it is edited. */
const asked: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    const effect = transaction.effects.find(candidate => candidate.is(setLines));
    if (!effect) {
      return marks.map(transaction.changes);
    }
    const lines = effect.value as ILines | null;
    if (lines === null) {
      return Decoration.none;
    }
    const { doc } = transaction.state;
    const ranges = [];
    for (let n = lines.start; n <= lines.end && n < doc.lines; n++) {
      ranges.push(mark.range(doc.line(n + 1).from));
    }
    return Decoration.set(ranges);
  },
  provide: field => EditorView.decorations.from(field)
});

const prepared = new WeakSet<EditorView>();
let marked: EditorView | null = null;

/** Mark lines (from 0) of a text, bring them into view, and unmark what was marked before. The cursor stays. */
export function highlight(view: EditorView, lines: ILines): void {
  unhighlight();
  if (!prepared.has(view)) {
    prepared.add(view);
    view.dispatch({ effects: StateEffect.appendConfig.of(asked) });
  }
  const first = view.state.doc.line(Math.min(lines.start + 1, view.state.doc.lines));
  view.dispatch({ effects: [setLines.of(lines), EditorView.scrollIntoView(first.from, { y: 'center' })] });
  marked = view;
}

export function unhighlight(): void {
  marked?.dispatch({ effects: setLines.of(null) });
  marked = null;
}
