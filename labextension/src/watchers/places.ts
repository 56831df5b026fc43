import type { EditorView } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { FileEditor } from '@jupyterlab/fileeditor';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

import { linesInCell, type IPlace } from './excerpt';
import { highlight } from './highlight';
import { blocksOf } from './percent';
import { relocate, type ILines } from './relocate';

/** Open the document of a place, bring its lines into view and mark them. False when they cannot be found. */
export async function reveal(documents: IDocumentManager, place: IPlace): Promise<boolean> {
  const widget = documents.openOrReveal(place.path);
  if (!widget) {
    return false;
  }
  await widget.context.ready;
  await widget.revealed;
  return widget instanceof NotebookPanel ? revealInNotebook(widget, place) : revealInFile(widget.content, place);
}

async function revealInNotebook(panel: NotebookPanel, place: IPlace): Promise<boolean> {
  const found = linesInCell(blocksOf(place.code), place);
  const index = panel.content.widgets.findIndex(cell => cell.model.id === found?.block.id);
  if (found === null || index < 0) {
    return false;
  }
  await panel.content.scrollToItem(index, 'center');
  const cell = panel.content.widgets[index];
  await cell.ready;
  if (!cell.editor) {
    return false;
  }
  mark(cell.editor, found.block.lines, found.lines);
  return true;
}

function revealInFile(content: Widget, place: IPlace): boolean {
  const { editor } = content as FileEditor;
  if (!editor) {
    return false;
  }
  mark(editor, place.code.split('\n'), { start: place.startLine - 1, end: place.endLine - 1 });
  return true;
}

function mark(editor: CodeEditor.IEditor, before: string[], lines: ILines): void {
  const view: EditorView = (editor as CodeMirrorEditor).editor;
  const after = view.state.doc.toString().split('\n');
  highlight(view, relocate(before, after, lines));
}
