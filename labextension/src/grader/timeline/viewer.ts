import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { jupyterTheme, type IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IDisposable } from '@lumino/disposable';

import { difference } from './difference';
import { marks, setMarks } from './marks';
import type { IMoment } from './moment';

/** Shows code that nobody can change, at one moment after the other. */
export class Viewer implements IDisposable {
  constructor(
    parent: HTMLElement,
    label: string,
    private readonly _languages: IEditorLanguageRegistry,
    /** The language of documents whose name does not tell. */
    private readonly _fallback: string
  ) {
    this._view = new EditorView({
      parent,
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          jupyterTheme,
          EditorState.lineSeparator.of('\n'), // offsets count \r as a character
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({
            tabindex: '0',
            role: 'textbox',
            'aria-readonly': 'true',
            'aria-label': label
          }),
          this._language.of([]),
          marks
        ]
      })
    });
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    this._view.destroy();
  }

  show(moment: IMoment): void {
    const { text, step, asked, document } = moment;
    const change = difference(this._text, text);
    const offset = asked?.from ?? (step === null ? 0 : step.edit.start + step.edit.inserted.length);
    const elsewhere = step !== this._step || asked?.from !== this._asked;
    this._view.dispatch({
      changes: change ?? [],
      effects: [
        setMarks.of({ step, asked }),
        ...(elsewhere ? [EditorView.scrollIntoView(Math.min(offset, text.length), { y: 'nearest', yMargin: 60 })] : [])
      ]
    });
    this._text = text;
    this._step = step;
    this._asked = asked?.from;
    if (document !== this._document) {
      this._document = document;
      void this._speak(document);
    }
  }

  /** Highlight the syntax of the document's language. */
  private async _speak(document: string): Promise<void> {
    const named = document.endsWith('.ipynb') ? null : this._languages.findByFileName(document);
    const language = await this._languages.getLanguage(named ?? this._fallback);
    if (!this._disposed && document === this._document) {
      this._view.dispatch({ effects: this._language.reconfigure(language?.support ?? []) });
    }
  }

  private readonly _language = new Compartment();
  private readonly _view: EditorView;
  private _text = '';
  private _document = '';
  private _step: IMoment['step'] = null;
  private _asked: number | undefined;
  private _disposed = false;
}
