import type { YFile } from '@jupyter/ydoc';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { FileEditor } from '@jupyterlab/fileeditor';

import { languageOf, type IText } from './update';
import { Watcher } from './watcher';

/** Watches a file in the text editor. */
export class FileWatcher extends Watcher {
  constructor(override readonly widget: IDocumentWidget<FileEditor>) {
    super(widget);
    this._mimeType = widget.content.model.mimeType;
    this._file = widget.content.model.sharedModel as YFile;
    this._file.changed.connect(this._onChange, this);
    this._file.undoManager?.on('stack-item-popped', this._onUndo);
  }

  text(): IText {
    return { uri: this.path, language: languageOf(this._mimeType), code: this._file.getSource() };
  }

  restore(code: string): void {
    this._file.setSource(code);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._file.changed.disconnect(this._onChange, this);
      this._file.undoManager?.off('stack-item-popped', this._onUndo);
    }
    super.dispose();
  }

  private _onChange(_: unknown, change: { sourceChange?: unknown }): void {
    if (change.sourceChange) {
      this.touch('typing');
    }
  }

  private readonly _onUndo = (): void => this.touch('undo');
  // Kept here, so that the last change can be recorded while the widget is closed.
  private readonly _file: YFile;
  private readonly _mimeType: string;
}
