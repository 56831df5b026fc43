import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import type { CandidateModel } from './model';
import { noticeOf, type INotice } from './notice';

/** Shows over each open document that it is not recorded. */
export class Banners {
  constructor(
    private readonly _model: CandidateModel,
    private readonly _trans: TranslationBundle
  ) {
    _model.stateChanged.connect(this._draw, this);
    _model.documents.shown.connect(this._draw, this);
  }

  private _draw(): void {
    for (const widget of this._model.documents.open) {
      const notice = noticeOf(this._model, widget.context.path, this._trans);
      if (notice !== null) {
        this._bannerOf(widget).tell(notice);
      } else {
        this._banners.get(widget)?.dispose();
        this._banners.delete(widget);
      }
    }
  }

  private _bannerOf(widget: IDocumentWidget): Banner {
    const known = this._banners.get(widget);
    if (known !== undefined) {
      return known;
    }
    const banner = new Banner(() => widget.activate());
    this._banners.set(widget, banner);
    (widget as unknown as MainAreaWidget).contentHeader.addWidget(banner);
    return banner;
  }

  private readonly _banners = new WeakMap<IDocumentWidget, Banner>();
}

/** A bar with a sentence and a button. */
class Banner extends Widget {
  /** @param _leave moves the focus back to the document */
  constructor(private readonly _leave: () => void) {
    super();
    this.addClass('jp-codeassess-Banner');
    this.node.setAttribute('role', 'alert');
    this.node.append(this._bar);
  }

  tell({ words, action }: INotice): void {
    const told = `${words} ${action?.label}`;
    if (told === this._told) {
      return;
    }
    this._told = told;
    const sentence = document.createElement('span');
    sentence.textContent = words;
    this._bar.replaceChildren(sentence, ...(action ? [buttonOf(action)] : []));
    this._measure();
  }

  override dispose(): void {
    const focused = this.node.contains(document.activeElement);
    super.dispose();
    if (focused) {
      this._leave();
    }
  }

  protected override onAfterAttach(_: Message): void {
    this._measure();
  }

  protected override onResize(_: Widget.ResizeMessage): void {
    this._measure();
  }

  /** Lumino gives a widget the height that its style asks for: that of the sentence, which may take several lines. */
  private _measure(): void {
    const height = `${this._bar.offsetHeight}px`;
    if (this.isAttached && this._bar.offsetHeight > 0 && this.node.style.minHeight !== height) {
      this.node.style.minHeight = height;
      this.parent?.fit();
    }
  }

  private readonly _bar = document.createElement('div');
  private _told = '';
}

function buttonOf({ label, run }: NonNullable<INotice['action']>): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-mod-styled';
  button.textContent = label;
  button.addEventListener('click', run);
  return button;
}
