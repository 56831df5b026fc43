import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import React from 'react';

import { FocusKeeper } from '../../focus';
import { Report } from '../report/report';
import { Timeline } from '../timeline/timeline';
import { Trouble } from '../trouble';
import { Header } from './header';
import type { SessionModel } from './model';
import type { ISessionView } from './props';

/** One session in the main area: the timeline of its evidence, and its report. */
export class SessionView extends VDomRenderer<SessionModel> {
  constructor(private readonly _view: ISessionView) {
    super(_view.model);
    this.addClass('jp-codeassess-Grader');
    this.addClass('jp-codeassess-Session');
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _view.trans.__('Assessment session'));
    this._keeper = new FocusKeeper(this.node);
    _view.model.seen = () => this.isVisible;
    void _view.model.load();
  }

  override dispose(): void {
    const { model } = this._view;
    this._keeper.dispose();
    super.dispose();
    model.dispose();
  }

  protected override onActivateRequest(_: Message): void {
    (this.node.querySelector<HTMLElement>('[role=tab][aria-selected=true]') ?? this.node).focus();
  }

  protected override onAfterShow(_: Message): void {
    this._view.model.hurry();
  }

  protected override render(): React.JSX.Element {
    const { model, trans } = this._view;
    if (model.problem !== null) {
      return <Trouble problem={model.problem} trans={trans} onRetry={() => void model.load()} />;
    }
    if (model.session === null || model.timeline === null) {
      return <p className="jp-codeassess-Nothing">{trans.__('Loading …')}</p>;
    }
    return (
      <>
        <Header {...this._view} session={model.session} />
        <div
          className="jp-codeassess-Tab"
          role="tabpanel"
          id={`codeassess-panel-${model.id}`}
          aria-labelledby={`codeassess-${model.tab}-${model.id}`}
        >
          {model.tab === 'timeline' ? (
            <Timeline {...this._view} model={model.timeline} away={model.away} read={id => model.read(id)} />
          ) : (
            <Report {...this._view} />
          )}
        </div>
      </>
    );
  }

  private readonly _keeper: FocusKeeper;
}
