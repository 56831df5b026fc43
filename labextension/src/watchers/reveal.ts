import type { EditorView } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { FileEditor } from '@jupyterlab/fileeditor';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

import { linesOf } from '../lines';
import { cellsOf, linesInCell, type IRegion } from './excerpt';
import { highlight } from './highlight';
import { writtenIn } from './percent';
import { relocate, type ILines } from './relocate';

/** Open the document of a region, scroll to its lines and mark them. False when they are not found. */
export async function reveal(documents: IDocumentManager, region: IRegion): Promise<boolean> {
  const widget = documents.openOrReveal(region.path);
  if (!widget) {
    return false;
  }
  await widget.context.ready;
  await widget.revealed;
  return widget instanceof NotebookPanel ? revealInNotebook(widget, region) : revealInFile(widget.content, region);
}

async function revealInNotebook(panel: NotebookPanel, region: IRegion): Promise<boolean> {
  const found = linesInCell(cellsOf(region), region);
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
  mark(cell.editor, writtenIn(found.block), found.lines);
  return true;
}

function revealInFile(content: Widget, region: IRegion): boolean {
  const { editor } = content as FileEditor;
  if (!editor) {
    return false;
  }
  mark(editor, linesOf(region.code), { start: region.startLine - 1, end: region.endLine - 1 });
  return true;
}

function mark(editor: CodeEditor.IEditor, before: string[], lines: ILines): void {
  const view: EditorView = (editor as CodeMirrorEditor).editor;
  const after = linesOf(view.state.doc.toString());
  highlight(view, relocate(before, after, lines));
}
