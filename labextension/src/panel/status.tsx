import { TextItem } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import React from 'react';

import type { ClientSession } from '../connection/clientSession';
import { assessIcon } from './icons';
import type { CandidateModel } from './model';
import { keepingInWords } from './words';

/** The status bar item: whether all is saved, and whether a question waits. */
export class StatusItem extends VDomRenderer<CandidateModel> {
  constructor(
    model: CandidateModel,
    private readonly _trans: TranslationBundle,
    private readonly _show: () => void
  ) {
    super(model);
    this.addClass('jp-codeassess-Status');
  }

  protected override render(): React.JSX.Element | null {
    const { model, _trans: trans } = this;
    if (model === null || model.clientSession === null) {
      return null;
    }
    const waiting = model.waits;
    const text = statusInWords(model, model.clientSession, trans);
    return (
      <button type="button" data-waiting={waiting} title={trans.__('Open the assessment')} onClick={this._show}>
        <assessIcon.react tag="span" width="14px" />
        <TextItem source={text} />
      </button>
    );
  }
}

/** Why the active document is not recorded; null when it is. */
function frontInWords(
  { documents, recorder, stage, clientSession }: CandidateModel,
  trans: TranslationBundle
): string | null {
  const path = documents.current();
  if (path === null || stage !== 'live' || clientSession?.keeping === 'elsewhere') {
    return null;
  }
  const name = path.split('/').pop()!;
  if (!documents.paths.includes(path)) {
    return trans.__('Not recorded: %1', name);
  }
  return recorder?.tooBig.has(path) ? trans.__('Not saved: %1 is too large', name) : null;
}

/** First a problem, then what waits; else that all is saved. */
function statusInWords(model: CandidateModel, clientSession: ClientSession, trans: TranslationBundle): string {
  const front = frontInWords(model, trans);
  const calm = clientSession.keeping === 'saved' || clientSession.keeping === 'saving';
  const words = front ?? keepingInWords(clientSession, null, trans);
  const parts = [
    calm && front === null ? '' : words,
    model.recorder?.lost ? trans.__('Unsaved text was kept') : '',
    model.question ? trans.__('A question waits') : ''
  ].filter(Boolean);
  return parts.join(' · ') || words;
}
