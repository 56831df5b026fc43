import type { EditorView } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { FileEditor } from '@jupyterlab/fileeditor';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';

import { highlight } from './highlight';
import { blocksOf, type IBlock } from './percent';
import { relocate, type ILines } from './relocate';

/** Lines of context above and below. */
const AROUND = 1;

/** Lines (from 1) of a document as it was in a snapshot. */
export interface IPlace {
  path: string;
  code: string;
  startLine: number;
  endLine: number;
}

/** What a candidate would call a place: the lines of a file, or of the n-th cell of a notebook (all from 1). */
export interface IPlaceName {
  cell: number | null;
  start: number;
  end: number;
}

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

export function nameOf(place: IPlace): IPlaceName {
  const blocks = blocksOf(place.code);
  const found = linesInCell(blocks, place);
  if (found === null) {
    return { cell: null, start: place.startLine, end: place.endLine };
  }
  return { cell: blocks.indexOf(found.block) + 1, start: found.lines.start + 1, end: found.lines.end + 1 };
}

/** A line as a question counts it. `asked`: the question is about it, not only near it. */
export interface IExcerptLine {
  number: number;
  text: string;
  asked: boolean;
}

/** The code of a place as it was, with a little around it, without the indentation that all its lines share. */
export function excerptOf(place: IPlace): IExcerptLine[] {
  const block = blocksOf(place.code).findLast(({ at }) => at < place.startLine);
  const first = block ? block.at + 2 : 1; // number of the cell's or the file's first line
  const lines = block?.lines ?? place.code.split('\n');
  const isAsked = (n: number): boolean => n >= place.startLine && n <= place.endLine;
  const near = trimmed(
    lines
      .map((text, i) => ({ number: first + i, text, asked: isAsked(first + i) }))
      .filter(({ number }) => number >= place.startLine - AROUND && number <= place.endLine + AROUND)
  );
  const indent = Math.min(...near.filter(({ text }) => text.trim()).map(({ text }) => text.search(/\S/)));
  return near.map(line => ({ ...line, text: line.text.slice(Number.isFinite(indent) ? indent : 0) }));
}

/** Without the empty lines of context at both ends. */
function trimmed(lines: IExcerptLine[]): IExcerptLine[] {
  const telling = (line: IExcerptLine): boolean => line.asked || line.text.trim() !== '';
  return lines.slice(Math.max(0, lines.findIndex(telling)), lines.findLastIndex(telling) + 1);
}

/** The cell in which a place begins, and its lines there; what lies in the cells below is left out. */
function linesInCell(blocks: IBlock[], place: IPlace): { block: IBlock; lines: ILines } | null {
  const block = blocks.findLast(({ at }) => at < place.startLine);
  if (!block) {
    return null;
  }
  const last = Math.max(0, block.lines.length - 1);
  const within = (line: number): number => Math.min(last, Math.max(0, line - 1 - block.at - 1));
  return { block, lines: { start: within(place.startLine), end: within(place.endLine) } };
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
