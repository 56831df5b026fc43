import { TextItem } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import React from 'react';

import type { Sitting } from '../connection/sitting';
import { assessIcon } from './icons';
import type { CandidateModel } from './model';
import { keepingInWords, keepingOf } from './words';

/** Saved or not, and whether a question waits, at the foot of the window. */
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
    if (model === null || model.sitting === null) {
      return null;
    }
    const waiting = model.waits;
    const text = statusInWords(model, model.sitting, trans);
    return (
      <button type="button" data-waiting={waiting} title={trans.__('Open the assessment')} onClick={this._show}>
        <assessIcon.react tag="span" width="14px" />
        <TextItem source={text} />
      </button>
    );
  }
}

/** What is not as it should be comes first, then what waits; else that all is well. */
function statusInWords(model: CandidateModel, sitting: Sitting, trans: TranslationBundle): string {
  const keeping = keepingOf(sitting, model.recorder);
  const calm = keeping === 'saved' || keeping === 'saving';
  const words = keepingInWords(sitting, model.recorder, trans);
  const parts = [
    calm ? '' : words,
    model.recorder?.lost ? trans.__('Unsaved text was kept') : '',
    model.question ? trans.__('A question waits') : ''
  ].filter(Boolean);
  return parts.join(' · ') || words;
}
