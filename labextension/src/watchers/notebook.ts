import type { CellChange, ISharedCell, ISharedNotebook, NotebookChange } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import { NotebookActions, type Notebook, type NotebookPanel } from '@jupyterlab/notebook';

import type { IUndoSource } from './causes';
import { blockOf, fromPercent, joined, type ICellText } from './percent';
import { languageOf, type IText } from './update';
import { Watcher } from './watcher';

/** Watches a notebook: all its cells, in order, as one document. Outputs are not recorded. */
export class NotebookWatcher extends Watcher {
  constructor(override readonly widget: NotebookPanel) {
    super(widget);
    this._notebook = widget.model!.sharedModel;
    this._notebook.changed.connect(this._onNotebook, this);
    undoManagerOf(this._notebook)?.on('stack-item-popped', this._onUndo);
    NotebookActions.executed.connect(this._onRun, this);
    this._follow();
  }

  text(): IText {
    const language = this._language();
    const code = joined(this._notebook.cells.map(cell => this._block(cell, language)));
    return { uri: this.path, language, code };
  }

  /** The text of each cell; only changed cells are read again. */
  private _block(cell: ISharedCell, language: string): string {
    const known = this._blocks.get(cell);
    if (known?.language === language) {
      return known.text;
    }
    const text = blockOf({ id: cell.getId(), type: String(cell.cell_type), source: cell.getSource() }, language);
    this._blocks.set(cell, { language, text });
    return text;
  }

  /** The language: from the kernel, else from the file, else from the editor. */
  private _language(): string {
    const info = this._notebook.getMetadata('language_info') as { name?: string } | undefined;
    const spec = this._notebook.getMetadata('kernelspec') as { language?: string } | undefined;
    return info?.name ?? spec?.language ?? languageOf(this.widget.content.codeMimetype);
  }

  restore(code: string): void {
    const wanted = fromPercent(code);
    this._notebook.transact(() => {
      wanted.forEach((cell, index) => this._put(cell, index));
      this._notebook.deleteCellRange(wanted.length, this._notebook.cells.length);
    });
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._notebook.changed.disconnect(this._onNotebook, this);
      undoManagerOf(this._notebook)?.off('stack-item-popped', this._onUndo);
      NotebookActions.executed.disconnect(this._onRun, this);
      this._followed.forEach(cell => this._unfollow(cell));
    }
    super.dispose();
  }

  /** Put this cell at `index`; its outputs stay when it is still in the notebook. */
  private _put({ id, type, source }: ICellText, index: number): void {
    const at = this._notebook.cells.findIndex(cell => cell.getId() === id && cell.cell_type === type);
    if (at < index) {
      this._notebook.insertCell(index, { id, cell_type: type, source, metadata: {} });
    } else {
      this._notebook.deleteCellRange(index, at);
      this._notebook.getCell(index).setSource(source);
    }
  }

  private _onNotebook(_: unknown, change: NotebookChange): void {
    if (change.cellsChange) {
      this._follow();
      this.touch('typing');
    }
  }

  /** Listen to the present cells, and no longer to removed ones. */
  private _follow(): void {
    const present = new Set(this._notebook.cells);
    for (const cell of this._followed) {
      if (!present.has(cell)) {
        this._unfollow(cell);
      }
    }
    for (const cell of present) {
      if (!this._followed.has(cell)) {
        this._followed.add(cell);
        cell.changed.connect(this._onCell, this);
        undoManagerOf(cell)?.on('stack-item-popped', this._onUndo);
      }
    }
  }

  private _unfollow(cell: ISharedCell): void {
    this._followed.delete(cell);
    cell.changed.disconnect(this._onCell, this);
    undoManagerOf(cell)?.off('stack-item-popped', this._onUndo);
  }

  private _onCell(cell: ISharedCell, change: CellChange): void {
    if (change.sourceChange) {
      this._blocks.delete(cell);
      this.touch('typing');
    }
  }

  private _onRun(_: unknown, run: { notebook: Notebook; cell: Cell; success: boolean }): void {
    if (run.notebook === this.widget.content) {
      const detail = { document: this.path, cell: run.cell.model.id, success: run.success };
      this.tell({ kind: 'run', detail }, 'run');
    }
  }

  private readonly _onUndo = (): void => this.touch('undo');
  // Kept here, so that the last change can be recorded while the widget is closed.
  private readonly _notebook: ISharedNotebook;
  private readonly _followed = new Set<ISharedCell>();
  private readonly _blocks = new WeakMap<ISharedCell, { language: string; text: string }>();
}

/** The shared types have an undo manager, which their interfaces omit: one for each cell, or one for the notebook. */
function undoManagerOf(shared: ISharedCell | ISharedNotebook): IUndoSource | null {
  return (shared as unknown as { undoManager?: IUndoSource | null }).undoManager ?? null;
}
