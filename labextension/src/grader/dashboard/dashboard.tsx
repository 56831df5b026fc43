import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';

import { FocusKeeper } from '../../focus';
import { Trouble } from '../trouble';
import type { DashboardModel } from './model';
import { leavesOut, shownAll, type IRow } from './rows';
import { nothingInWords } from './words';
import { Table } from './table';
import { Toolbar } from './toolbar';

/** All sessions that a grader may read, in the main area. */
export class Dashboard extends VDomRenderer<DashboardModel> {
  constructor(
    model: DashboardModel,
    private readonly _trans: TranslationBundle,
    private readonly _open: (row: IRow) => void
  ) {
    super(model);
    this.addClass('jp-codeassess-Grader');
    this.addClass('jp-codeassess-Dashboard');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _trans.__('Review assessments'));
    this._keeper = new FocusKeeper(this.node);
    model.seen = () => this.isVisible;
    void model.load();
  }

  override dispose(): void {
    const { model } = this;
    this._keeper.dispose();
    super.dispose();
    model?.dispose();
  }

  protected override onAfterShow(_: Message): void {
    this.model.hurry();
  }

  protected override onActivateRequest(_: Message): void {
    this.node.querySelector<HTMLElement>('[type=search]')?.focus();
  }

  protected override render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    return (
      <>
        <Toolbar model={model} trans={trans} />
        {model.problem && <Trouble problem={model.problem} trans={trans} onRetry={() => void model.load()} />}
        {model.rows.length > 0 ? <Table model={model} trans={trans} open={this._open} /> : this._nothing(model)}
      </>
    );
  }

  private _nothing(model: DashboardModel): React.JSX.Element | null {
    const trans = this._trans;
    if (model.problem !== null) {
      return null;
    }
    if (!leavesOut(model.wish)) {
      const words = trans.__('No sessions yet. When a candidate begins one, it appears here.');
      return <p className="jp-codeassess-Nothing">{model.loading ? trans.__('Loading …') : words}</p>;
    }
    return (
      <div className="jp-codeassess-Nothing">
        <p>{model.loading ? trans.__('Loading …') : nothingInWords(model.wish, trans)}</p>
        <button type="button" className="jp-codeassess-Button" onClick={() => model.choose(shownAll(model.wish))}>
          {trans.__('Show all')}
        </button>
      </div>
    );
  }

  private readonly _keeper: FocusKeeper;
}
